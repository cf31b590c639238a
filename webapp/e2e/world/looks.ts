import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export type Theme = "dark" | "light";
/** A phone and a desk. */
export type Size = "phone" | "desk";
export const themes: Theme[] = ["dark", "light"];
export const sizes: Size[] = ["phone", "desk"];

const viewports = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };

/** A fresh window in which `seems` can look. The page's own policy would keep axe out. */
export async function openWindow(browser: Browser, theme: Theme, size: Size, more: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: viewports[size], colorScheme: theme, reducedMotion: "reduce", bypassCSP: true, ...more });
  context.setDefaultTimeout(15_000);
  return context.newPage();
}

/** The page as it stands: nothing wider than the window, nothing for axe to find; with JAM_PICTURES=DIR, a picture of it. */
export async function seemsRight(page: Page, picture: string): Promise<void> {
  await page.locator("main").first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), "wider than the window").toBeLessThanOrEqual(0);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    // axe has put itself into the page; it has no types of its own there.
    const { violations } = await (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  });
  const pictures = process.env["JAM_PICTURES"];
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${picture}.png`) });
  }
  expect(found).toEqual([]);
}
