import { afterAll, beforeAll, expect, test } from "vitest";
import { World } from "./world/world";
import type { Guest, Host } from "./world/people";

// What guests and host do to the queue and to each other, and what goes wrong on the way; without sound.
const songs = ["Amber", "Birch", "Cedar", "Dogwood", "Elm"].map((title, i) => ({ title, artist: "Trees", hz: 300 + i, seconds: 120 }));
const hostile = { title: '<img src=x onerror="document.title=1">', artist: "</script><b>Bold</b>", hz: 500, seconds: 120 };

let world: World;
let host: Host;
let alice: Guest;
let bob: Guest;
let link: string;

beforeAll(async () => {
  world = await World.open([...songs, hostile], { args: ["--start", "Garden"] });
  host = await world.host();
  alice = await world.guest();
  bob = await world.guest();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
});
afterAll(() => world.close());

test("a typed code works in any form, and the page says which characters never occur", async () => {
  const code = await host.code();
  await alice.page.goto(new URL("/", link).href);
  await alice.page.getByTestId("code-input").fill("ABCD-1234");
  await alice.page.getByRole("button", { name: "Go" }).click();
  await alice.sees(/never holds I, L, O, 0 or 1/);
  await alice.page.getByTestId("code-input").fill("ZZZZ-ZZZZ");
  await alice.page.getByRole("button", { name: "Go" }).click();
  await alice.sees("This jam session doesn’t exist");
  await alice.page.goto(new URL("/", link).href);
  await alice.page.getByTestId("code-input").fill(` ${code.toLowerCase().replace("-", " ")} `);
  await alice.page.getByRole("button", { name: "Go" }).click();
  await alice.sees("Hanna is hosting");
  await alice.sees(/The music plays at Hanna’s/);
});

test("an empty name becomes a guest with a number", async () => {
  await alice.joins(link, "");
  await expect.poll(async () => (await host.people()).join()).toMatch(/Guest-\d{4}/);
  await alice.page.getByRole("button", { name: "Leave" }).click();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await expect.poll(async () => (await host.people()).length).toBe(1);
});

test("one removes one's own songs, the host any; the host moves them", async () => {
  await alice.joins(link, "Alice");
  await bob.joins(link, "Bob");
  for (const title of ["Amber", "Birch", "Cedar"]) await alice.add(title);
  await bob.add("Dogwood");
  // In turns: it is Bob's first.
  await host.waitsFor(["Dogwood", "Birch", "Cedar"]);
  await alice.looksAt("Queue");
  await alice.page.getByRole("button", { name: "Remove Cedar" }).click();
  await host.waitsFor(["Dogwood", "Birch"]);
  const handle = host.page.getByRole("button", { name: "Move Birch", exact: true });
  await handle.click();
  await handle.press("ArrowUp");
  await handle.press("Enter");
  for (const person of [host, alice, bob]) await person.waitsFor(["Birch", "Dogwood"]);
  await host.page.getByRole("button", { name: "Remove Birch" }).click();
  for (const person of [host, alice, bob]) await person.waitsFor(["Dogwood"]);
});

test("the same song twice is refused with a sentence", async () => {
  await bob.looksAt("Add");
  await bob.page.getByRole("searchbox").fill("dogwood");
  await bob.page.getByTestId("search-result").filter({ hasText: "Queued" }).waitFor();
});

test("the host pauses, skips and sets the volume; guests cannot, until they may", async () => {
  await host.page.getByRole("button", { name: "Pause" }).click();
  await alice.sees("Paused");
  expect(await alice.page.getByRole("button", { name: "Play", exact: true }).count()).toBe(0);
  await host.page.getByText("Guests may do everything").click();
  await alice.page.getByRole("button", { name: "Play", exact: true }).click();
  await host.page.getByRole("button", { name: "Pause" }).waitFor();
  await host.page.getByText("Guests may do everything").click();
  await expect.poll(() => alice.page.getByRole("button", { name: "Pause" }).count()).toBe(0);
  await host.page.getByRole("button", { name: "Skip this song" }).click();
  for (const person of [host, alice, bob]) await person.hears("Dogwood");
});

test("hostile titles and names are shown as text", async () => {
  await bob.add(hostile.title, "onerror");
  await host.sees(hostile.title);
  const mallory = await world.guest();
  await mallory.joins(link, '<b onmouseover=alert(1)>M</b>');
  await expect.poll(async () => (await host.people()).join()).toContain("<b onmouseover=alert(1)>M</b>");
  expect(await host.page.locator("b, img[src=x]").count()).toBe(0);
  await mallory.leaves();
});

test("a refresh keeps the seat, a closed tab is away, coming back is no second Alice", async () => {
  await alice.page.reload();
  await alice.nowPlaying.waitFor();
  await expect.poll(async () => (await host.people()).filter((name) => name.includes("Alice")).length).toBe(1);
  await alice.page.goto("about:blank");
  await host.page.locator('[data-testid=participant][data-connected=false]').filter({ hasText: "Alice" }).waitFor();
  await alice.page.goto(link);
  await alice.nowPlaying.waitFor();
  await host.page.locator('[data-testid=participant][data-connected=true]').filter({ hasText: "Alice" }).waitFor();
  expect((await host.people()).filter((name) => name.includes("Alice"))).toHaveLength(1);
});

test("a second window of the same seat takes over, and the first says so", async () => {
  const second = await alice.context.newPage();
  await second.goto(link);
  await second.getByTestId("now-playing-title").waitFor();
  await alice.sees("This jam is open in another window");
  await alice.page.getByRole("button", { name: "Use it here" }).click();
  await alice.nowPlaying.waitFor();
  await second.close();
});

test("without the network the page says so, and what was added meanwhile arrives once", async () => {
  await bob.looksAt("Add");
  await bob.page.getByRole("searchbox").fill("elm");
  await bob.page.getByRole("button", { name: "Add Elm" }).waitFor();
  await world.hostd.stop("SIGKILL");
  await bob.page.getByRole("button", { name: "Add Elm" }).click();
  await expect.poll(() => bob.page.getByTestId("network-badge").getAttribute("data-state")).toBe("reconnecting");
  await world.hostd.again();
  await expect.poll(async () => (await host.titles()).filter((title) => title === "Elm").length, { timeout: 20_000 }).toBe(1);
});

test("nobody gets into the console without its key", async () => {
  const stranger = await world.guest(1280);
  await stranger.page.goto(world.hostd.console);
  await stranger.sees("hostd console");
  await stranger.page.goto(`${world.hostd.console}/#token=wrong`); // only what is behind the # differs
  await stranger.sees("This key is not valid any more");
});

test("no page complained", () => expect([...world.complaints, ...host.complaints]).toEqual([]));
