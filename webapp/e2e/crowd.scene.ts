import { afterAll, beforeAll, expect, test } from "vitest";
import { Crowd } from "./world/crowd";
import { openWindow, seemsRight } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// A jam of more people than anybody is told of by name: 120 guests who speak the protocol themselves, and host,
// alice and bob in their browsers.
const song = { title: "Stadium", artist: "The Many", hz: 300, seconds: 300 };
const names = Array.from({ length: 120 }, (_, i) => `Fan ${i + 1}`);

let world: World;
let host: Host;
let alice: Guest;
let bob: Guest;
let crowd: Crowd;
let link: string;

beforeAll(async () => {
  world = await World.open([song], { args: ["--start", "Stadium"] });
  host = await world.host();
  alice = await world.guest();
  bob = await world.guest(1200);
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  crowd = await Crowd.gathers(world.browser, link);
});
afterAll(() => world.close());

const count = (person: Guest | Host) => person.page.getByTestId("participant-count").textContent();
const rows = (person: Guest | Host) => person.page.getByTestId("participant").count();
const more = (person: Guest | Host) => person.page.getByRole("button", { name: "Show more" });

test("the host lets more than a hundred in", async () => {
  await host.opensGroupOf("Guests at most");
  const most = host.page.getByRole("spinbutton", { name: "Guests at most" });
  await most.fill("150");
  await most.press("Enter");
  await crowd.joins(names.slice(0, 110));
  await expect.poll(() => count(host)).toBe("111 people");
});

test("nobody is told who comes, everybody how many", async () => {
  await alice.joins(link, "Alice");
  await alice.looksAt("People");
  await crowd.joins(names.slice(110));
  await bob.joins(link, "Bob");
  for (const person of [host, alice, bob]) await expect.poll(() => count(person)).toBe("123 people");
  for (const person of [host, alice, bob]) expect(await person.page.getByTestId("toast").filter({ hasText: /Fan 11[1-9]|Fan 120|Bob/ }).count()).toBe(0);
  // The host's own console is told of each.
  await expect.poll(() => rows(host)).toBe(123);
});

test("the list holds a part, oneself in it, and more of it by keyboard", async () => {
  const held = await rows(bob);
  expect(held).toBeGreaterThan(99);
  expect(held).toBeLessThan(110);
  await bob.sees(/^and \d+ more$/);
  expect((await bob.people()).filter((name) => name.includes("You"))).toHaveLength(1);
  await more(bob).focus();
  await bob.page.keyboard.press("Enter");
  await expect.poll(() => rows(bob)).toBe(123);
  expect(new Set(await bob.people()).size).toBe(123);
  await expect.poll(() => more(bob).count()).toBe(0);
});

test("who looks elsewhere and comes back finds the short list", async () => {
  await more(alice).click();
  await expect.poll(() => rows(alice)).toBe(123);
  await alice.looksAt("Queue");
  await alice.looksAt("People");
  await expect.poll(() => rows(alice)).toBeLessThan(110);
  await more(alice).waitFor();
});

test("somebody never heard of adds a song, and it bears the name", async () => {
  await crowd.adds("Fan 119", "Stadium");
  for (const person of [host, alice, bob]) await person.hears("Stadium");
  for (const person of [host, bob]) await person.sees("Added by Fan 119");
});

test("a console that comes back knows the crowd, too", async () => {
  await host.page.reload();
  await host.nowPlaying.waitFor();
  expect(await rows(host)).toBeLessThan(123);
  await more(host).click();
  await expect.poll(() => rows(host)).toBe(123);
});

test.each([["dark", "phone"], ["light", "desk"]] as const)("%s, %s: the list seems right", async (theme, size) => {
  const page = await openWindow(world.browser, theme, size);
  await page.goto(link);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByTestId("now-playing-title").waitFor();
  const tab = page.getByRole("navigation").getByRole("button", { name: "People" });
  if (await tab.isVisible()) await tab.click();
  await page.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
  await seemsRight(page, `crowd-${size}-${theme}`);
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await page.getByRole("button", { name: "Join" }).waitFor();
  await page.context().close();
});

test("most of them leave: the count follows, and the list can be had anew", async () => {
  await crowd.leaves(names.slice(0, 70));
  for (const person of [host, alice, bob]) await expect.poll(() => count(person)).toBe("53 people");
  await expect.poll(() => rows(host)).toBe(53);
  await more(alice).click();
  await expect.poll(() => rows(alice)).toBe(53);
  await expect.poll(() => more(alice).count()).toBe(0);
  // From here on everyone is told of each again.
  await crowd.leaves(names.slice(70, 75));
  for (const person of [host, alice]) await expect.poll(() => rows(person)).toBe(48);
});

test("no page complained", async () => {
  await crowd.goes();
  expect([...world.complaints, ...host.complaints]).toEqual([]);
});
