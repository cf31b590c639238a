import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe puts into a page; it has no types of its own there. */
export interface Axe {
  axe: {
    run(options?: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    setup(): void;
    teardown(): void;
    commons: { text: { accessibleText(element: Element): string } };
  };
}

/** What axe finds, one line a rule. `contrast`: only that, where all else has been looked at in other colours. */
export async function axeFinds(page: Page, contrast = false): Promise<string[]> {
  await bringAxe(page);
  return page.evaluate(async (contrast) => {
    const { violations } = await (window as unknown as Axe).axe.run({ resultTypes: ["violations"], ...(contrast ? { runOnly: ["color-contrast"] } : {}) });
    return violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, contrast);
}

export async function bringAxe(page: Page): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
}
