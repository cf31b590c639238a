import type { Page } from "playwright-core";

/** The host's console in whatever language: what is found there by names is named by who asks. */
export class Desk {
  constructor(readonly page: Page) {}

  /** What stands in a field or a text. */
  shown(testId: string): Promise<string> {
    return this.page.getByTestId(testId).evaluate((e) => (e instanceof HTMLInputElement ? e.value : (e.textContent ?? "")));
  }

  /** Unfolds all that is folded. */
  async unfolds(): Promise<void> {
    await this.page.evaluate(() => document.querySelectorAll("details").forEach((group) => group.setAttribute("open", "")));
  }

  async switches(setting: string, on: boolean): Promise<void> {
    await this.unfolds();
    await this.page.getByRole("switch", { name: setting }).setChecked(on);
  }

  async counts(setting: string, number: number): Promise<void> {
    await this.unfolds();
    const field = this.page.getByRole("spinbutton", { name: setting });
    await field.fill(String(number));
    await field.blur();
  }
}
