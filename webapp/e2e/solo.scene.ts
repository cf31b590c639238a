import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gapsIn } from "./world/gaps";
import { openWindow, seemsRight, sizes, themes, type Size, type Theme } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { secondsFlip } from "./world/progress";
import { bytesPerSecond, type SoundCard } from "./world/soundcard";
import { World } from "./world/world";

// The console before a jam is a player; Start takes the song that plays along. The songs are tones, and the sound of
// the real mpv is kept, so that a gap would be heard.
const low = { title: "Low Tide", artist: "The Bells", hz: 440, seconds: 60 };
const high = { title: "High Noon", artist: "Sun & Co", hz: 880, seconds: 60 };
const last = { title: "Last Train", artist: "The Bells", hz: 1320, seconds: 60 };

let world: World;
let host: Host;
let alice: Guest;
/** The code of the session that the console played by. */
let solo: string;
/** How much was heard when the jam began, bytes. */
let heardBefore: number;

beforeAll(async () => {
  world = await World.open([low, high, last], { heard: true });
  host = await world.host();
});
afterAll(() => world.close());

function speaker(): SoundCard {
  if (world.speaker === null) throw new Error("no recording");
  return world.speaker;
}

test("the host plays a song alone, and queues others", async () => {
  await host.add("Low Tide", "low");
  await host.hears("Low Tide");
  await host.add("High Noon", "noon");
  await host.add("Last Train", "train");
  await host.waitsFor(["High Noon", "Last Train"]);
  // What makes no sense alone is not there.
  for (const text of ["Invite", "Added by you", "You!", "Members"]) expect(await host.page.getByText(text, { exact: true }).count()).toBe(0);
  for (const name of [/^Vote/, "Love", "End jam"]) expect(await host.page.getByRole("button", { name }).count()).toBe(0);
  expect(await host.page.getByTestId("network-badge").count()).toBe(0);
});

test("the queue is the host's to change", async () => {
  await host.moves("Last Train", "up");
  await host.waitsFor(["Last Train", "High Noon"]);
  await host.page.getByRole("button", { name: "Pause" }).click();
  await host.sees("Paused");
  await host.page.getByRole("button", { name: "Play", exact: true }).click();
  await host.page.getByRole("button", { name: "Pause" }).waitFor();
});

test("nobody else gets at the session, nor hears of it", async () => {
  solo = ((await (await fetch(`${world.hostd.console}/api/console/status`, { headers: { Authorization: `Bearer ${world.hostd.token}` } })).json()) as { solo: { share_code: string } }).solo.share_code;
  expect((await fetch(`${world.hostd.lan}/api/jam/sessions/${solo}`)).status).toBe(404);
  alice = await world.guest();
  await alice.page.goto(`${world.hostd.lan}/jam/${solo}`);
  await alice.sees("This jam session doesn’t exist");
});

test("a jam is started in mid-song: the same song goes on, and the queue comes along", async () => {
  heardBefore = speaker().recording.length;
  await host.page.getByRole("button", { name: "Start the jam" }).click();
  await host.page.getByTestId("code").waitFor();
  await host.hears("Low Tide");
  await host.waitsFor(["Last Train", "High Noon"]);
  expect(await host.code()).not.toBe(solo);
});

test("friends come in and see it", async () => {
  await alice.joins(await host.link(), "Alice");
  await alice.hears("Low Tide");
  await alice.waitsFor(["Last Train", "High Noon"]);
});

test("the sound has no gap where the jam began", async () => {
  // mpv writes to a file in pieces of 1.5 s, one or two of them ahead of what is heard.
  expect(world.hostd.logged).not.toContain("could not be measured");
  await expect.poll(() => speaker().recording.length - heardBefore, { timeout: 20_000 }).toBeGreaterThan(6 * bytesPerSecond);
  const stretch = speaker().recording.subarray(heardBefore - (heardBefore % 4));
  expect(gapsIn(stretch, low.hz)).toEqual([]);
  // It can tell: a stretch without a few of its samples is broken.
  expect(gapsIn(Buffer.concat([stretch.subarray(0, 400_000), stretch.subarray(400_040, 500_000), stretch.subarray(500_140)]), low.hz)).not.toEqual([]);
});

test("after the jam the summary leads back to the player, and the solo's code is nobody's", async () => {
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("button", { name: "End it" }).click();
  await host.sees("The jam has ended");
  await host.page.getByRole("button", { name: "Back to the player" }).click();
  await host.add("High Noon", "noon");
  await host.hears("High Noon");
  // What was played alone is no evening: one jam is in the history.
  await host.page.getByRole("button", { name: "History" }).click();
  await expect.poll(() => host.page.getByTestId("history-row").count()).toBe(1);
  await host.page.getByRole("button", { name: "Back" }).click();
  await host.hears("High Noon");
  expect([...world.complaints, ...host.complaints]).toEqual([]);
  await host.leaves();
});

// A recording's mpv tells its place in steps of 1.5 s, so the place is looked at without one.
test("the song goes on at its place, to 100 ms, for the host and for who comes in", async () => {
  const quiet = await World.open([low]);
  try {
    const hanna = await quiet.host();
    await hanna.add("Low Tide", "low");
    await hanna.hears("Low Tide");
    const before = await secondsFlip(hanna.page);
    await hanna.page.getByRole("button", { name: "Start the jam" }).click();
    await hanna.page.getByTestId("code").waitFor();
    const after = await secondsFlip(hanna.page);
    expect(Math.abs(after.begunAt - before.begunAt)).toBeLessThan(100);
    expect(after.seconds).toBeGreaterThan(before.seconds);
    const bob = await quiet.guest();
    await bob.joins(await hanna.link(), "Bob");
    expect(Math.abs((await secondsFlip(bob.page)).begunAt - before.begunAt)).toBeLessThan(100);
  } finally {
    await quiet.close();
  }
});

describe.each(themes.flatMap((theme) => sizes.map((size): [Theme, Size] => [theme, size])))("%s, %s", (theme, size) => {
  test("the player", async () => {
    const page = await openWindow(world.browser, theme, size);
    await page.goto(world.hostd.consoleLink);
    await page.getByTestId("now-playing-title").waitFor();
    await seemsRight(page, `player-${size}-${theme}`);
    await page.getByText("Name and rules", { exact: true }).click();
    await page.getByText("What guests may see", { exact: true }).click();
    await page.getByRole("radio", { name: "Only what I choose" }).waitFor();
    await page.getByText("Name and rules", { exact: true }).scrollIntoViewIfNeeded();
    await seemsRight(page, `player-rules-${size}-${theme}`);
    await page.context().close();
  });
});
