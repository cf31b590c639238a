import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";

const patience = { timeout: 15_000 };

/** Somebody with a browser window of their own. */
class Person {
  /** Sentences of the browser that should not be there: errors, refused loads. */
  readonly complaints: string[] = [];

  protected constructor(readonly context: BrowserContext, readonly page: Page) {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      // A connection that breaks is part of some scenes; that a page breaks a security rule is not part of any.
      if (/Content Security Policy|Trusted/.test(message.text())) this.complaints.push(message.text());
    });
  }

  get nowPlaying(): Locator {
    return this.page.getByTestId("now-playing-title");
  }

  queue(title?: string): Locator {
    const items = this.page.getByTestId("queue-item");
    return title === undefined ? items : items.filter({ hasText: title });
  }

  people(): Promise<string[]> {
    return this.page.getByTestId("participant").allTextContents();
  }

  titles(): Promise<string[]> {
    return this.page.locator("[data-testid=queue-item] .track-title").allTextContents();
  }

  /** Types what a person would and adds the song with that title. */
  async add(title: string, typed = title): Promise<void> {
    await this.looksAt("Add");
    const search = this.page.getByRole("searchbox", { name: "Search songs" });
    await search.fill("");
    await search.pressSequentially(typed, { delay: 20 });
    // Until the answer is there the rows are those of fewer letters, and move under the finger.
    await this.page.locator(`[data-answered="${typed.trim()}"]`).waitFor(patience);
    await this.page.getByRole("button", { name: `Add ${title}`, exact: true }).click(patience);
  }

  /** Shows a part of the page that has a tab of its own on a phone. */
  async looksAt(part: "Queue" | "Add" | "People" | "Chat"): Promise<void> {
    const tab = this.page.getByRole("navigation").getByRole("button", { name: part });
    if (await tab.isVisible()) await tab.click();
  }

  async hears(title: string, timeout = 15_000): Promise<void> {
    await expect.poll(() => this.nowPlaying.textContent(), { timeout, message: `what plays in the window` }).toBe(title);
  }

  async sees(text: string | RegExp, timeout = 15_000): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout });
  }

  /** Says something in the chat. */
  async says(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** What was said, with the names, oldest first. */
  said(): Promise<string[]> {
    return this.page.getByTestId("chat-line").allInnerTexts();
  }

  async waitsFor(titles: string[]): Promise<void> {
    await expect.poll(() => this.titles(), patience).toEqual(titles);
  }

  async leaves(): Promise<void> {
    await this.context.close();
  }
}

/** A phone on the same Wi-Fi. */
export class Guest extends Person {
  static async arrives(browser: Browser, width = 390): Promise<Guest> {
    const context = await browser.newContext({ viewport: { width, height: 780 }, hasTouch: true });
    context.setDefaultTimeout(15_000);
    return new Guest(context, await context.newPage());
  }

  /** In a window that is open already. */
  static in(page: Page): Guest {
    return new Guest(page.context(), page);
  }

  /** Asks to come in. */
  async asks(link: string, name: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByRole("textbox", { name: "Your name" }).fill(name);
    await this.page.getByRole("button", { name: "Join" }).click();
  }

  async joins(link: string, name: string): Promise<void> {
    await this.asks(link, name);
    await this.page.waitForURL(/\/session$/);
    await this.nowPlaying.waitFor();
  }
}

/** The host at the console. */
export class Host extends Person {
  static async sits(browser: Browser, consoleLink: string): Promise<Host> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    context.setDefaultTimeout(15_000);
    const host = new Host(context, await context.newPage());
    await host.page.goto(consoleLink);
    return host;
  }

  async starts(name: string): Promise<void> {
    await this.page.getByText("Name and rules", { exact: true }).click();
    await this.page.getByRole("textbox", { name: "Name of the jam" }).fill(name);
    await this.page.getByRole("button", { name: "Start the jam" }).click();
    await this.page.getByTestId("code").waitFor();
  }

  /** Turns a setting on or off, opening the group that it stands in. */
  async sets(setting: string, on: boolean): Promise<void> {
    await this.opensGroupOf(setting);
    await this.page.getByRole("switch", { name: setting }).setChecked(on);
  }

  /** The settings are folded up in groups. */
  async opensGroupOf(setting: string): Promise<void> {
    const group = this.page.locator("details.group").filter({ has: this.page.locator("label", { hasText: setting }) });
    if (!(await group.evaluate((e) => (e as HTMLDetailsElement).open))) await group.locator("summary").click();
  }

  /** Chooses one of the things that can be done with somebody; a question that follows is answered with yes. */
  async manages(name: string, what: string, confirm?: string): Promise<void> {
    const menu = this.page.getByRole("button", { name: `What to do with ${name}` });
    if ((await menu.getAttribute("aria-expanded")) !== "true") await menu.click();
    await this.page.getByRole("button", { name: what, exact: true }).click();
    if (confirm !== undefined) await this.page.getByRole("dialog").getByRole("button", { name: confirm, exact: true }).click();
    else if ((await menu.getAttribute("aria-expanded", { timeout: 1000 }).catch(() => null)) === "true") await menu.click();
  }

  /** Moves a song by one place with the buttons that its opened row has. */
  async moves(title: string, way: "up" | "down"): Promise<void> {
    const row = this.queue(title);
    const words = row.locator(".track-button");
    await words.click();
    await row.getByRole("button", { name: `Move ${title} ${way}` }).click();
    await words.click();
  }

  code(): Promise<string> {
    return this.page.getByTestId("code").innerText();
  }

  async link(): Promise<string> {
    const link = this.page.getByTestId("link");
    return (await link.evaluate((e) => (e instanceof HTMLInputElement ? e.value : e.textContent))) ?? "";
  }
}
