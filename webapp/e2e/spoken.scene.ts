import { afterAll, beforeAll, expect, test } from "vitest";
import { Crowd } from "./world/crowd";
import { Listener } from "./world/listener";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// The evening of somebody who hears the page: what happens is read out, once and in few words.
const songs = ["Harbour", "Lantern", "Meadow"].map((title, i) => ({ title, artist: "Night & Co", hz: 300 + i, seconds: 120 }));
/** So many come one after the other, fewer than make a crowd, of whom nobody is told. */
const newcomers = Array.from({ length: 50 }, (_, i) => `Fan ${i + 1}`);

let world: World;
let host: Host;
let alice: Guest;
let ears: Listener;

beforeAll(async () => {
  world = await World.open(songs, { args: ["--start", "Friday"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  alice = await world.guest();
  ears = await Listener.sits(alice.page);
});
afterAll(() => world.close());

/** Waits until something like that was read out, and gives all that was. */
async function hears(text: RegExp): Promise<string[]> {
  await expect.poll(() => ears.soFar(), { timeout: 15_000 }).toContainEqual(expect.stringMatching(text));
  return ears.heard();
}
const count = (heard: string[], text: RegExp) => heard.filter((one) => text.test(one)).length;

test("she comes in, and hears that she is in", async () => {
  await alice.joins(await host.link(), "Alice");
  expect((await hears(/Same Wi-Fi|You.re in|Friday/)).length).toBeLessThanOrEqual(3);
});

test("a song begins, and she hears which", async () => {
  await host.add("Harbour");
  await alice.hears("Harbour");
  expect(count(await hears(/Harbour/), /Harbour/)).toBeLessThanOrEqual(2);
  await host.add("Lantern");
  await host.page.getByRole("button", { name: "Skip this song" }).click();
  await alice.hears("Lantern");
  await hears(/Lantern/);
});

test("what she adds is told once, and why it was refused", async () => {
  await alice.add("Meadow");
  expect(count(await hears(/“Meadow” is in the queue/), /Meadow/)).toBeLessThanOrEqual(2);
  await host.opensGroupOf("Guests may add songs");
  await host.page.getByRole("switch", { name: "Guests may add songs" }).setChecked(false);
  await hears(/Only the host adds songs now/);
  await host.page.getByRole("switch", { name: "Guests may add songs" }).setChecked(true);
  await hears(/lets you add songs/);
});

test("fifty come, and she is not told fifty times", async () => {
  const crowd = await Crowd.gathers(world.browser, await host.link());
  await crowd.joins(newcomers);
  await expect.poll(() => alice.page.getByTestId("participant-count").first().textContent()).toMatch(/^52 /);
  const heard = await ears.heard();
  expect(heard.length, heard.join("\n")).toBeLessThanOrEqual(10);
  await crowd.leaves(newcomers);
  await expect.poll(() => alice.page.getByTestId("participant-count").first().textContent()).toMatch(/^2 /);
  const after = await ears.heard();
  expect(after.length, after.join("\n")).toBeLessThanOrEqual(10);
  await crowd.goes();
});

test("the host goes and comes back: both are read out, and no seconds are counted", async () => {
  await world.hostd.stop();
  expect(count(await hears(/connection is gone|Reconnecting/i), /\d+ s/)).toBe(0);
  await world.hostd.again();
  await hears(/Same Wi-Fi/);
});

test("a song that plays on says nothing", async () => {
  const flip = async () => (await alice.page.getByTestId("position").textContent()) ?? "";
  const before = await flip();
  await ears.heard();
  await expect.poll(flip, { timeout: 10_000 }).not.toBe(before);
  expect((await ears.heard()).filter((one) => /\d:\d\d/.test(one))).toEqual([]);
});
