import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { openWindow, seemsRight, sizes, themes } from "./world/looks";
import { World } from "./world/world";

// Every page in both themes, on a phone of 360 px and on a desk: nothing for axe to find, nothing wider than the
// window, and, with JAM_PICTURES=DIR, a picture of each.
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

describe.each(themes)("%s", (theme) => {
  describe.each(sizes)("%s", (size) => {
    test.each(ways)("$name", async ({ name, go }) => {
      const page = await openWindow(world.browser, theme, size);
      await go(page);
      await seemsRight(page, `${name}-${size}-${theme}`);
      await page.context().close();
    });
  });
});
