import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileOf } from "./world/music";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// Whole playlists, and music that goes on by itself and says why.
const songs = [
  { title: "Slow Train", artist: "The Bells", genre: "Jazz" }, { title: "Night Boat", artist: "The Bells", genre: "Jazz" },
  { title: "Sea Wall", artist: "Sun & Co", genre: "Jazz" }, { title: "Iron Gate", artist: "Rust", genre: "Metal" },
].map((song, i) => ({ ...song, hz: 300 + i, seconds: 90 }));

let world: World;
let host: Host;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(songs);
  writeFileSync(join(world.dir, "music", "Summer.m3u8"), ["#EXTM3U", ...["Iron Gate", "Sea Wall", "Iron Gate"].map((title) => fileOf({ title })), "gone.flac", ""].join("\n"));
  host = await world.host();
});
afterAll(() => world.close());

test("a playlist of the library is queued as a whole, before any jam", async () => {
  await host.page.getByText("Playlists", { exact: true }).first().click({ timeout: 30_000 });
  await host.page.getByRole("button", { name: "Queue all of Summer" }).click();
  await host.sees(/^2 added/);
  await host.hears("Iron Gate");
  await host.waitsFor(["Sea Wall"]);
});

test("a playlist that comes later is there without a reload", async () => {
  writeFileSync(join(world.dir, "music", "Winter.m3u8"), fileOf({ title: "Iron Gate" }) + "\n");
  await host.page.getByRole("button", { name: "Queue all of Winter" }).waitFor({ timeout: 15_000 });
});

test("without sound there is no choice of where it is heard", async () => {
  expect(await host.page.getByRole("combobox").count()).toBe(0);
});

test("in a jam likewise; what is in the queue already is left out", async () => {
  await host.starts("Whole Evenings");
  alice = await world.guest();
  await alice.joins(await host.link(), "Alice");
  await host.page.getByText("Playlists", { exact: true }).first().click();
  await host.page.getByRole("button", { name: "Queue all of Summer" }).click();
  await host.sees(/^0 added, \d left out$/);
  await alice.waitsFor(["Sea Wall"]);
});

test("when the queue is empty the library goes on with what fits, and everyone is told why", async () => {
  await host.page.getByRole("button", { name: "Remove Sea Wall" }).click();
  await host.add("Slow Train", "slow");
  await host.queue("Slow Train").getByRole("button", { name: "Play Slow Train now" }).click();
  await host.hears("Slow Train");
  // To its end: who is skipped is not played again soon.
  const place = host.page.getByRole("slider", { name: "Go to a place in the song" });
  await place.press("End");
  await host.hears("Night Boat");
  for (const person of [host, alice]) await person.sees("Autoplay: more from The Bells");
  await place.press("End");
  await host.hears("Sea Wall");
  for (const person of [host, alice]) await person.sees("Autoplay: more Jazz");
  expect([...world.complaints, ...host.complaints]).toEqual([]);
});
