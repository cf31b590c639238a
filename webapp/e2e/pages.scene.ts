import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { World } from "./world/world";

// Every page in both themes, on a phone of 360 px and on a desk: nothing for axe to find, nothing wider than the
// window, and, with JAM_PICTURES=DIR, a picture of each.
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const songs = ["Midnight Ferry", "Paper Lanterns", "Slow River", "Glass Harbour", "A Song With a Very Long Name That Goes On and On and On", "Northern Line"]
  .map((title, i) => ({ title, artist: ["The Bells", "Ines Okafor", "Kites"][i % 3] ?? "", hz: 300 + 77 * i, seconds: 200 }));

let world: World;
let link: string;

beforeAll(async () => {
  world = await World.open(songs, { args: ["--start", "Friday at Hanna’s"] });
  const host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  for (const { title } of songs.slice(0, 3)) await host.add(title);
  const alice = await world.guest(1200);
  await alice.joins(link, "Alice");
  for (const { title } of songs.slice(3, 5)) await alice.add(title);
  await host.leaves();
});
afterAll(() => world.close());

interface Way {
  name: string;
  /** Brings a fresh page there and waits until it stands. */
  go(page: Page): Promise<void>;
}

const ways: Way[] = [
  { name: "code", go: async (page) => void (await page.goto(new URL("/", link).href)) },
  {
    name: "code-refused",
    go: async (page) => {
      await page.goto(new URL("/", link).href);
      await page.getByTestId("code-input").fill("ABCD-1234");
      await page.getByRole("button", { name: "Go" }).click();
      await page.getByText(/never holds/).first().waitFor();
    },
  },
  { name: "not-found", go: async (page) => void (await page.goto(new URL("/jam/ZZZZ-ZZZZ", link).href)) },
  { name: "landing", go: async (page) => void (await page.goto(link)) },
  { name: "session", go: join_ },
  {
    name: "session-add",
    go: async (page) => {
      await join_(page);
      const tab = page.getByRole("navigation").getByRole("button", { name: "Add" });
      if (await tab.isVisible()) await tab.click();
      await page.getByRole("searchbox").fill("o");
      await page.getByTestId("search-result").first().waitFor();
    },
  },
  {
    name: "session-people",
    go: async (page) => {
      await join_(page);
      const tab = page.getByRole("navigation").getByRole("button", { name: "People" });
      if (await tab.isVisible()) await tab.click();
      await page.getByTestId("participant").first().waitFor();
    },
  },
  { name: "console-without-key", go: async (page) => void (await page.goto(world.hostd.console)) },
  {
    name: "console",
    go: async (page) => {
      await page.goto(world.hostd.consoleLink);
      await page.getByTestId("now-playing-title").or(page.getByRole("button", { name: "Use it here" })).first().waitFor();
    },
  },
];

async function join_(page: Page): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByTestId("now-playing-title").waitFor();
}

describe.each(["dark", "light"] as const)("%s", (theme) => {
  describe.each([["phone", 360, 740], ["desk", 1280, 800]] as const)("%s", (size, width, height) => {
    test.each(ways)("$name", async ({ name, go }) => {
      const context = await world.browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce", bypassCSP: true });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      await go(page);
      await page.getByRole("main").first().waitFor();
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
        await page.screenshot({ path: join(pictures, `${name}-${size}-${theme}.png`) });
      }
      expect(found).toEqual([]);
      await context.close();
    });
  });
});
