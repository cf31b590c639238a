import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes, type Size, type Theme } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// What guests may see of the host's music, decided while they look at it.
const songs = [
  { title: "Blue Door", artist: "The Bells", genre: "Jazz" }, { title: "Blue Hour", artist: "Sun & Co", genre: "Jazz" },
  { title: "Blue Steel", artist: "The Bells", genre: "Rock" }, { title: "Blue Wave", artist: "Radio Sea", genre: "Rock" },
].map((song, i) => ({ ...song, hz: 300 + i, seconds: 90 }));
const all = songs.map(({ title }) => title);

let world: World;
let host: Host;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(songs);
  host = await world.host();
  await host.starts("Sharing");
  alice = await world.guest();
  await alice.joins(await host.link(), "Alice");
});
afterAll(() => world.close());

/** What somebody finds, by title. */
async function finds(person: Host | Guest, titles: string[]): Promise<void> {
  await person.looksAt("Add");
  const search = person.page.getByRole("searchbox", { name: "Search songs" });
  await expect.poll(async () => {
    // What was found before stands until it is asked anew.
    await search.fill("blu");
    await search.fill("blue");
    await person.page.waitForTimeout(300);
    // Where nothing is found, something else is suggested.
    if (await person.page.getByText("No song here matches").count() > 0) return [];
    return (await person.page.locator("[data-testid=search-result] .track-title").allTextContents()).sort();
  }, { timeout: 10_000 }).toEqual(titles);
}
/** What the folded panel says. */
const shared = () => host.page.locator("[data-testid=sharing] summary .hint").textContent();

test("at first they see everything", async () => {
  await finds(alice, all);
  await host.page.getByText("What guests may see", { exact: true }).click();
  expect(await shared()).toBe("All 4 songs");
});

test("limited to a genre, a guest's search shrinks at once, and the host's does not", async () => {
  await host.page.getByRole("radio", { name: "Only what I choose" }).check();
  await expect.poll(shared).toBe("None of 4 songs");
  await finds(alice, []);
  await host.page.getByRole("checkbox", { name: /^Jazz/ }).check();
  await expect.poll(shared).toBe("2 of 4 songs");
  await finds(alice, ["Blue Door", "Blue Hour"]);
  await finds(host, all);
});

test("a folder is chosen likewise, and the rules outlast a restart", async () => {
  await host.page.getByRole("checkbox", { name: /music/ }).check();
  await expect.poll(shared).toBe("All 4 songs");
  await host.page.getByRole("checkbox", { name: /music/ }).uncheck();
  await expect.poll(shared).toBe("2 of 4 songs");
  await world.hostd.stop();
  await world.hostd.again();
  await host.page.reload();
  await expect.poll(shared, { timeout: 20_000 }).toBe("2 of 4 songs");
  await finds(alice, ["Blue Door", "Blue Hour"]);
});

test("a song that is blocked leaves the queue with a sentence", async () => {
  await host.add("Blue Wave", "wave");
  await host.hears("Blue Wave");
  await alice.add("Blue Hour", "hour");
  await alice.add("Blue Door", "door");
  for (const person of [host, alice]) await person.waitsFor(["Blue Hour", "Blue Door"]);
  await host.queue("Blue Hour").locator(".track-button").click();
  await host.queue("Blue Hour").getByRole("button", { name: "Block song" }).click();
  await host.sees("It leaves the queue at once");
  await host.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  for (const person of [host, alice]) await person.waitsFor(["Blue Door"]);
  await expect.poll(() => alice.page.getByTestId("toast").allTextContents()).toContainEqual(expect.stringContaining("Blue Hour"));
  await finds(alice, ["Blue Door"]);
  await finds(host, all.filter((title) => title !== "Blue Hour"));
  await expect.poll(shared).toBe("1 of 3 songs · 1 blocked");
});

test("an artist that is blocked while it plays is heard no longer", async () => {
  await host.queue("Blue Door").getByRole("button", { name: "Play Blue Door now" }).click();
  await host.hears("Blue Door");
  await host.page.locator(".now-more summary").click();
  await host.page.locator(".now-more").getByRole("button", { name: "Block artist" }).click();
  await host.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await expect.poll(() => alice.nowPlaying.textContent(), { timeout: 15_000 }).not.toBe("Blue Door");
  await finds(host, ["Blue Wave"]);
});

test("what was blocked is freed again", async () => {
  if (!(await host.page.getByRole("radio", { name: "Everything" }).isVisible())) await host.page.getByText("What guests may see", { exact: true }).click();
  await host.page.getByRole("button", { name: "Unblock The Bells" }).click();
  await host.page.getByRole("button", { name: "Unblock Blue Hour" }).click();
  await finds(host, all);
  await host.page.getByRole("radio", { name: "Everything" }).check();
  await expect.poll(shared).toBe("All 4 songs");
  await finds(alice, all);
  expect([...world.complaints, ...host.complaints]).toEqual([]);
});

describe.each(themes.flatMap((theme) => sizes.map((size): [Theme, Size] => [theme, size])))("%s, %s", (theme, size) => {
  test("the panel", async () => {
    if (theme === "dark" && size === "phone") {
      // Something plays, something is chosen and something blocked.
      await host.add("Blue Wave", "wave");
      await host.add("Blue Steel", "steel");
      await host.hears("Blue Wave");
      await host.queue("Blue Steel").locator(".track-button").click();
      await host.queue("Blue Steel").getByRole("button", { name: "Block song" }).click();
      await host.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
      await host.waitsFor([]);
      await host.page.getByRole("radio", { name: "Only what I choose" }).check();
      await expect.poll(shared).toBe("2 of 3 songs · 1 blocked");
      await host.leaves();
    }
    const page = await openWindow(world.browser, theme, size);
    await page.goto(world.hostd.consoleLink);
    await page.getByText("What guests may see", { exact: true }).click();
    await page.getByRole("checkbox", { name: /^Jazz/ }).scrollIntoViewIfNeeded();
    await seemsRight(page, `sharing-${size}-${theme}`);
    await page.locator(".now-more summary").click();
    await page.locator(".now-more").getByRole("button", { name: "Block artist" }).click();
    await seemsRight(page, `block-${size}-${theme}`);
    await page.context().close();
  });
});
