import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes, type Size, type Theme } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { Relay } from "./world/relay";
import { World } from "./world/world";

// Whom the host knows again: made a member in one jam, recognised in the next, forgotten in the console.
let world: World;
let host: Host;
let alice: Guest;
let bob: Guest;

beforeAll(async () => {
  world = await World.open([{ title: "Harbour", artist: "Night & Co", hz: 300, seconds: 90 }]);
  host = await world.host();
  [alice, bob] = [await world.guest(), await world.guest()];
});
afterAll(() => world.close());

const rows = () => host.page.getByTestId("member");
const members = (person: Guest | Host) => person.page.locator("[data-testid=participant][data-role=member]").allTextContents();

/** Ends the jam and starts another. */
async function anotherJam(name: string): Promise<void> {
  await endsAndStarts(host, name);
}

async function endsAndStarts(host: Host, name: string): Promise<void> {
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("button", { name: "End it" }).click();
  await host.page.getByRole("button", { name: "Back to the player" }).click();
  await host.starts(name);
}

test("the list says how somebody becomes a member; one who was made one stands in it", async () => {
  await host.starts("First");
  await host.sees(/Nobody yet\. .*“Make a member”/);
  await alice.joins(await host.link(), "Alice");
  await bob.joins(await host.link(), "Bob");
  await host.manages("Alice", "Make a member");
  await alice.sees(/The host made you a member/);
  await expect.poll(() => rows().allTextContents()).toEqual([expect.stringMatching(/^Alice.*here now · browser.*Forget$/)]);
});

test("in the next jam she is known by her page, comes in though others may not, and Bob is not", async () => {
  await anotherJam("Second");
  await host.sets("Guests may come in", false);
  await bob.asks(await host.link(), "Bob");
  await bob.sees("This jam lets nobody in right now");
  // While she is away the list says when she was seen.
  await expect.poll(() => rows().allTextContents()).toEqual([expect.stringMatching(/^Alice.*a moment ago · browser/)]);
  await alice.joins(await host.link(), "Alice");
  await expect.poll(async () => (await members(host)).join()).toContain("Alice");
  await expect.poll(() => rows().allTextContents()).toEqual([expect.stringMatching(/^Alice.*here now · browser/)]);
});

test("after a restart of the daemon and in a new tab she is known, too", async () => {
  await world.hostd.stop();
  await world.hostd.again();
  await anotherJam("Third");
  await host.sets("Guests may come in", false);
  const link = await host.link();
  await alice.page.close();
  const tab = await alice.context.newPage();
  await tab.goto(link);
  await tab.getByRole("button", { name: "Join" }).click();
  await tab.getByTestId("now-playing-title").waitFor();
  await expect.poll(async () => (await members(host)).join()).toContain("Alice");
});

test("forgotten by keyboard, she is a guest at once, and somebody new in the next jam", async () => {
  const [tab] = alice.context.pages();
  const forget = host.page.getByRole("button", { name: "Forget Alice" });
  await forget.focus();
  await host.page.keyboard.press("Enter");
  await host.page.getByRole("dialog").getByText(/Alice stays in this jam as a guest/).waitFor();
  await host.page.keyboard.press("Escape");
  expect(await host.page.getByRole("dialog").count()).toBe(0);
  expect(await forget.evaluate((e) => e === document.activeElement)).toBe(true);
  await host.page.keyboard.press("Enter");
  await host.page.keyboard.press("Tab");
  await host.page.keyboard.press("Tab");
  await host.page.keyboard.press("Enter");
  await expect.poll(() => rows().count()).toBe(0);
  await expect.poll(() => members(host)).toEqual([]);
  await tab?.getByText("The host made you a guest again").first().waitFor();
  expect(await host.page.evaluate(() => document.activeElement?.tagName)).toBe("SECTION");
  await anotherJam("Fourth");
  const again = await alice.context.newPage();
  await again.goto(await host.link());
  await again.getByRole("button", { name: "Join" }).click();
  await again.getByTestId("now-playing-title").waitFor();
  await expect.poll(async () => (await host.people()).join()).toContain("Alice");
  expect(await members(host)).toEqual([]);
  expect([...world.complaints, ...host.complaints]).toEqual([]);
  // Only one window plays the host at a time.
  await host.leaves();
});

/** What takes weeks to come about. */
async function pretend(page: Page, count: number): Promise<void> {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const list = [
    { id: "1", name: "Alice", last_seen: ago(0), native: false, connected: true }, { id: "2", name: "Nat With a Very Long Name of Forty Letters", last_seen: ago(0.4), native: true, connected: false },
    { id: "3", name: "Bob", last_seen: ago(30), native: false, connected: false }, { id: "4", name: "Cara", last_seen: ago(90), native: true, connected: false },
    { id: "5", name: "Dora", last_seen: ago(2_000), native: false, connected: false }, { id: "6", name: "Emil", last_seen: null, native: false, connected: false },
    { id: "7", name: "Fay", last_seen: null, native: false, connected: false },
  ].slice(0, count);
  await page.route("**/api/console/members", (route) => route.fulfill({ json: { members: list } }));
  await page.route("**/api/console/status", async (route) => {
    const response = await route.fetch();
    const status = (await response.json()) as { jam: object | null };
    await route.fulfill({ response, json: { ...status, jam: status.jam && { ...status.jam, words: ["velvet", "harbor", "onion", "lantern"] } } });
  });
}

describe.each(themes.flatMap((theme) => sizes.map((size): [Theme, Size] => [theme, size])))("%s, %s", (theme, size) => {
  test.each([0, 7])("the list of %i", async (count) => {
    const page = await openWindow(world.browser, theme, size);
    await pretend(page, count);
    await page.goto(world.hostd.consoleLink);
    await page.getByTestId("words").scrollIntoViewIfNeeded();
    await page.getByTestId("words").getByText("velvet harbor onion lantern").waitFor();
    if (count === 0) await seemsRight(page, `words-${size}-${theme}`);
    await page.getByTestId("members-hint").scrollIntoViewIfNeeded();
    await page.getByRole("heading", { name: "Settings" }).scrollIntoViewIfNeeded();
    await seemsRight(page, `members-${count}-${size}-${theme}`);
    if (count > 0) {
      await page.getByRole("button", { name: "Forget Alice" }).click();
      await seemsRight(page, `forget-${size}-${theme}`);
      await page.keyboard.press("Escape");
    }
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.context().close();
  });
});

describe("through a soul-server", () => {
  let dir: string;
  let relay: Relay;
  let far: World;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "jam-relay-"));
    relay = await Relay.start(dir);
    far = await World.open([{ title: "Harbour", artist: "Night & Co", hz: 300, seconds: 90 }], { args: ["--relay", relay.url, "--webrtc-listen", ":0"] });
  }, 120_000);
  afterAll(async () => {
    await far.close();
    await relay.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test("who comes by the link is known in the next jam; who has typed its code shows soul-server no token", async () => {
    const hanna = await far.host();
    const here = async () => (await members(hanna)).join();
    await hanna.starts("First");
    await relay.knows(await hanna.code());
    const [cara, dora] = [await far.guest(), await far.guest()];
    await cara.joins(await hanna.link(), "Cara");
    await dora.joins(await hanna.link(), "Dora");
    for (const [guest, name] of [[cara, "Cara"], [dora, "Dora"]] as const) {
      await hanna.manages(name, "Make a member");
      await guest.sees(/The host made you a member/);
    }
    await endsAndStarts(hanna, "Second");
    await relay.knows(await hanna.code());
    const link = await hanna.link();
    await cara.joins(link, "Cara");
    await expect.poll(here).toContain("Cara");
    await dora.joins(link.replace(/#.*/, ""), "Dora");
    await expect.poll(async () => (await hanna.people()).join()).toContain("Dora");
    expect(await here()).not.toContain("Dora");
    await expect.poll(() => hanna.page.getByTestId("member").allTextContents()).toEqual([expect.stringMatching(/^Cara.*here now/), expect.stringMatching(/^Dora.*ago/)]);
    expect([...far.complaints, ...hanna.complaints]).toEqual([]);
  });
});
