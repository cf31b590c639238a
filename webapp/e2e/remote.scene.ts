import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Guest } from "./world/people";
import { Relay, Road } from "./world/relay";
import { World } from "./world/world";

// Guests from anywhere, over the real soul-server: by link and by typed code, on the direct path and without WebRTC;
// the network goes, the host's daemon goes, the soul-server goes, and each comes back.
const songs = ["Midnight Ferry", "Paper Lanterns", "Slow River"].map((title, i) => ({ title, artist: "The Bells", hz: 300 + 77 * i, seconds: 600 }));

let dir: string;
let relay: Relay;
let road: Road;
let world: World;
let link: string;
let code: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "jam-relay-"));
  relay = await Relay.start(dir);
  road = await Road.build(relay);
  world = await World.open(songs, { args: ["--relay", relay.url, "--webrtc-listen", ":0", "--start", "Far and near"] });
  const host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  code = await host.code();
  await host.leaves();
  await relay.knows(code);
}, 120_000);
afterAll(async () => {
  await world.close();
  await relay.stop();
  road.close();
  rmSync(dir, { recursive: true, force: true });
});

const badge = (page: Page) => page.getByTestId("network-badge").getAttribute("data-state");
const isOn = (guest: Guest, path: string, timeout = 15_000) => expect.poll(() => badge(guest.page), { timeout, message: "the path in the badge" }).toBe(path);

async function withoutWebRTC(): Promise<Guest> {
  const guest = await world.guest();
  await guest.page.addInitScript(() => Reflect.deleteProperty(window, "RTCPeerConnection"));
  return guest;
}

describe("by the link", () => {
  test("a guest is in the jam at once, and then on the direct path", async () => {
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/jam\/[A-Z0-9]{4}-[A-Z0-9]{4}#[\w-]{43}$/);
    const alice = await world.guest();
    await alice.joins(link, "Alice");
    await isOn(alice, "direct");
    await alice.add("Midnight Ferry");
    await alice.hears("Midnight Ferry");
    expect(alice.page.url()).not.toContain("#");
    expect(await alice.page.getByText("not verified").count()).toBe(0);
  });

  test("and shares the whole link on", async () => {
    const alice = await world.guest(1200);
    await alice.joins(link, "Ann");
    await expect.poll(() => alice.page.getByTestId("link").first().evaluate((e) => (e instanceof HTMLInputElement ? e.value : e.textContent))).toBe(link);
    await alice.leaves();
  });

  test("with a key that is another jam's it is refused, and says why", async () => {
    const guest = await world.guest();
    const key = link.split("#")[1] ?? "";
    await guest.asks(link.replace(key, (key.startsWith("A") ? "B" : "A") + key.slice(1)), "Eve");
    await guest.sees(/does not belong to the host/);
  });

  test("that lost its end says so", async () => {
    const guest = await world.guest();
    await guest.page.goto(link.slice(0, -9));
    await guest.sees(/cut off/);
  });
});

test("by a typed code one is in, and is told that it is not verified", async () => {
  const tim = await world.guest();
  await tim.page.goto(relay.url);
  await tim.page.getByRole("textbox").first().fill(code.toLowerCase().replace("-", " "));
  await tim.page.keyboard.press("Enter");
  await tim.page.getByRole("textbox", { name: "Your name" }).fill("Tim");
  await tim.page.getByRole("button", { name: "Join" }).click();
  await tim.nowPlaying.waitFor();
  await tim.sees(/not verified/i);
  await tim.add("Paper Lanterns");
});

test("without WebRTC everything works over the pipe", async () => {
  const guest = await withoutWebRTC();
  await guest.joins(link, "Paul");
  await isOn(guest, "relayed");
  await guest.add("Slow River");
  await expect.poll(() => guest.titles()).toContain("Slow River");
});

describe("what goes comes back", () => {
  test.each([["direct", () => world.guest()], ["relayed", withoutWebRTC]] as const)("a guest on the %s path whose network is gone for 10 s", async (path, arrives) => {
    const guest = await arrives();
    const other = await world.guest();
    await other.joins(link, `Other ${path}`);
    await guest.joins(road.to(link), `Lost ${path}`);
    await isOn(guest, path);
    const queue = await guest.titles();
    road.cut();
    await new Promise((done) => setTimeout(done, 10_000));
    if (path === "relayed") expect(await badge(guest.page)).toBe("reconnecting");
    road.mend();
    await isOn(guest, path, 5_000);
    expect(await guest.titles()).toEqual(queue);
    await other.looksAt("People");
    await expect.poll(() => other.people()).toSatisfy((people: string[]) => people.filter((text) => text.includes(`Lost ${path}`)).length === 1);
    await guest.leaves();
    await other.leaves();
  });

  test("the host's daemon, gone for 10 s", async () => {
    const [guest, piped] = [await world.guest(), await withoutWebRTC()];
    await guest.joins(link, "Gina");
    await piped.joins(link, "Pia");
    await isOn(guest, "direct");
    await world.hostd.stop("SIGKILL");
    for (const one of [guest, piped]) await isOn(one, "host-away", 8_000);
    const late = await world.guest();
    await late.page.goto(link);
    await late.sees(/host is away/i);
    await world.hostd.again();
    await isOn(piped, "relayed");
    await isOn(guest, "direct");
    expect(await guest.titles()).toEqual(await piped.titles());
    for (const one of [guest, piped, late]) await one.leaves();
  });

  test("the soul-server: who is on the direct path notices nothing", async () => {
    const [guest, piped] = [await world.guest(), await withoutWebRTC()];
    await guest.joins(link, "Gina");
    await piped.joins(link, "Pia");
    await isOn(guest, "direct");
    await guest.looksAt("Chat");
    await relay.stop();
    await guest.says("is anybody there");
    await expect.poll(() => guest.said()).toSatisfy((lines: string[]) => lines.some((line) => line.includes("is anybody there")));
    expect(await badge(guest.page)).toBe("direct");
    await relay.again();
    await isOn(piped, "relayed");
    await piped.looksAt("Chat");
    await expect.poll(() => piped.said()).toSatisfy((lines: string[]) => lines.some((line) => line.includes("is anybody there")));
    expect(await badge(guest.page)).toBe("direct");
    for (const one of [guest, piped]) await one.leaves();
  });
});

test("nothing of the jam can be read in the soul-server's log, and no page complains", () => {
  const key = link.split("#")[1] ?? "";
  for (const text of ["Alice", "Midnight", "is anybody there", key, key.slice(22)]) {
    expect(relay.logged).not.toContain(text);
    expect(world.hostd.logged).not.toContain(key);
  }
  expect(world.complaints).toEqual([]);
});
