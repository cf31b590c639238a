import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes, type Size, type Theme } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// A host who never touches the mouse runs a whole evening: what is clicked here is clicked by guests.
const songs = ["Harbour", "Lantern", "Orchard", "Quiet Rooms"].map((title, i) => ({ title, artist: "Night & Co", hz: 300 + i, seconds: 120 }));

let world: World;
let host: Host;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(songs);
  host = await world.host();
  // What is seen for a moment only, and how often the bell was heard.
  await host.page.addInitScript(() => {
    const seen: string[] = [];
    let tones = 0;
    Object.assign(window, { seen, tonesHeard: () => tones });
    const begin = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at?: number) {
      tones += 1;
      begin.call(this, at);
    };
    new MutationObserver(() => seen.push(document.querySelector("h1")?.textContent ?? "")).observe(document, { childList: true, subtree: true });
  });
  await host.page.reload();
  await host.page.getByRole("searchbox").waitFor();
});
afterAll(() => world.close());

const press = (...keys: string[]) => keys.reduce((before, key) => before.then(() => host.page.keyboard.press(key)), Promise.resolve());

/** Goes on with Tab until the focus is on what has that name. */
async function tabTo(name: string): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 120; i++) {
    await host.page.keyboard.press("Tab");
    const here = await host.page.evaluate(() => {
      const at = document.activeElement;
      const label = at instanceof HTMLInputElement ? at.labels?.[0]?.firstChild?.textContent : null;
      return at?.getAttribute("aria-label") ?? label ?? at?.querySelector(".group-title")?.textContent ?? at?.textContent ?? "";
    });
    if (here === name) return;
    passed.push(here);
  }
  throw new Error(`${name} is not reached: ${passed.join(" | ")}`);
}

/** The name of what has the focus. */
const focused = () => host.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");

async function adds(title: string): Promise<void> {
  await press("/");
  await host.page.keyboard.type(title);
  await host.page.getByRole("button", { name: `Add ${title}`, exact: true }).waitFor();
  await tabTo(`Add ${title}`);
  await press("Enter");
  await press("/", "Escape", "Escape");
}

test("songs are searched and added", async () => {
  await adds("Harbour");
  await host.hears("Harbour");
  await adds("Lantern");
  await adds("Orchard");
  await host.waitsFor(["Lantern", "Orchard"]);
  expect(await focused()).not.toBe("Search songs");
});

test("a jam is started, and what plays stays on screen meanwhile", async () => {
  await host.page.evaluate(() => void (window as unknown as { seen: string[] }).seen.splice(0));
  await press("s");
  expect(await focused()).toBe("Start the jam");
  await press("Enter");
  await host.page.getByTestId("code").waitFor();
  await host.hears("Harbour");
  const seen = await host.page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect([...new Set(seen)].filter((heading) => !/Soul Jam|jam$/.test(heading))).toEqual([]);
});

test("the QR code is held up, and put away", async () => {
  await press("s");
  await host.page.getByTestId("qr-large").waitFor();
  expect(await host.page.getByRole("dialog").locator(".code").textContent()).toBe(await host.code());
  await press("n", "Escape");
  await expect.poll(() => host.page.getByRole("dialog").count()).toBe(0);
  // While it stood there, N was no key of the page behind.
  await host.hears("Harbour");
});

test("who asks to come in is heard once, and let in", async () => {
  await tabTo("Who comes in");
  await press("Enter");
  await tabTo("I let each one in");
  await press("Space");
  alice = await world.guest();
  const bob = await world.guest();
  await alice.asks(await host.link(), "Alice");
  await host.page.getByRole("button", { name: "Let in Alice" }).waitFor();
  await bob.asks(await host.link(), "Bob");
  await host.page.getByRole("button", { name: "Let in Bob" }).waitFor();
  await expect.poll(() => host.page.evaluate(() => (window as unknown as { tonesHeard(): number }).tonesHeard())).toBe(2);
  await press("r");
  expect(await focused()).toBe("Let in Alice");
  await press("Enter");
  await alice.nowPlaying.waitFor();
  await tabTo("Turn away Bob");
  await press("Enter");
  await expect.poll(() => host.page.getByTestId("request").count()).toBe(0);
});

test("the queue is put in another order, and a song that was found is played next, or now", async () => {
  await press("q");
  expect(await focused()).toContain("Lantern");
  await press("Space", "ArrowDown", "Space");
  await host.waitsFor(["Orchard", "Lantern"]);
  await press("/");
  await host.page.keyboard.type("Quiet");
  await host.page.getByRole("button", { name: "Play Quiet Rooms next" }).waitFor();
  await tabTo("Play Quiet Rooms next");
  await press("Enter");
  await host.waitsFor(["Quiet Rooms", "Orchard", "Lantern"]);
  await press("/", "Escape");
  await host.page.keyboard.type("Lantern");
  await expect.poll(() => host.page.getByTestId("search-result").count()).toBe(1);
  await tabTo("Play Lantern now");
  await press("Enter");
  await host.hears("Lantern");
  await host.waitsFor(["Quiet Rooms", "Orchard"]);
  await press("/", "Escape", "Escape");
});

test("what plays is paused, skipped, louder and quieter", async () => {
  await press("k");
  await host.sees("Paused");
  await press("k");
  await host.page.getByRole("button", { name: "Pause" }).waitFor();
  const volume = () => host.page.getByRole("slider", { name: "Volume" }).inputValue();
  const before = Number(await volume());
  await press("-", "-", "+");
  await expect.poll(async () => Number(await volume())).toBe(before - 5);
  await press("n");
  await host.hears("Quiet Rooms");
});

test("the chat is opened, written in and left", async () => {
  await press("c");
  await host.page.getByRole("textbox", { name: "Message" }).waitFor();
  await expect.poll(() => host.page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  await host.page.keyboard.type("no skipping now");
  await press("Enter");
  await expect.poll(() => host.said()).toEqual([expect.stringContaining("no skipping now")]);
  await host.hears("Quiet Rooms");
  await press("Escape");
});

test("every key is listed, and single ones are turned off and on", async () => {
  await press("?");
  await host.page.getByRole("dialog", { name: "Everything by keyboard" }).waitFor();
  await tabTo("Single keys");
  await press("Space", "Escape", "n");
  await host.hears("Quiet Rooms");
  await tabTo("Keys");
  await press("Enter");
  await tabTo("Single keys");
  await press("Space", "Escape");
});

test("the jam is ended, and the evening looked at", async () => {
  await press("e");
  await host.page.getByRole("dialog").waitFor();
  await tabTo("End it");
  await press("Enter");
  await host.sees("The jam has ended");
  await press("h");
  await host.page.getByTestId("history-row").waitFor();
  await press("h");
  await tabTo("Back to the player");
  await press("Enter");
  await host.page.getByRole("searchbox").waitFor();
  expect([...world.complaints, ...host.complaints]).toEqual([]);
});

test("the next jam begins", async () => {
  await press("s", "Enter");
  await host.page.getByTestId("code").waitFor();
  await host.leaves();
});

describe.each(themes.flatMap((theme) => sizes.map((size): [Theme, Size] => [theme, size])))("%s, %s", (theme, size) => {
  test("the keys, the invitation and the Wi-Fi", async () => {
    const page = await openWindow(world.browser, theme, size);
    await page.goto(world.hostd.consoleLink);
    await page.getByTestId("qr").waitFor();
    await page.keyboard.press("?");
    await seemsRight(page, `keys-${size}-${theme}`);
    await page.keyboard.press("Escape");
    await page.getByText("The Wi-Fi as a QR code", { exact: true }).click();
    if (await page.getByRole("button", { name: "Save" }).count() > 0) {
      await page.getByRole("textbox", { name: "Name of the network" }).fill("Sea; View");
      await page.getByLabel("Password").fill("open sesame");
      await page.getByRole("button", { name: "Save" }).scrollIntoViewIfNeeded();
      await seemsRight(page, `wifi-form-${size}-${theme}`);
      await page.getByRole("button", { name: "Save" }).click();
    }
    await page.getByTestId("wifi-qr").waitFor();
    await page.getByRole("heading", { name: "Invite" }).scrollIntoViewIfNeeded();
    await seemsRight(page, `wifi-${size}-${theme}`);
    await page.getByRole("button", { name: "Show large" }).click();
    await page.getByTestId("qr-large").waitFor();
    await seemsRight(page, `invitation-${size}-${theme}`);
    await page.keyboard.press("Escape");
    // The next theme and size begins with the form, too.
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("button", { name: "Save" }).waitFor();
    await page.context().close();
  });
});
