import type { CDPSession } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Guest, type Host } from "./world/people";
import { World } from "./world/world";

// A phone at a party: its screen goes off, it changes networks, its owner taps twice, goes back, reloads and opens the link again.
// It is always the same seat, nobody is there twice, and nothing is added twice.
const songs = ["Amber", "Birch", "Cedar", "Dogwood", "Elm", "Fir"].map((title, i) => ({ title, artist: "Trees", hz: 300 + i, seconds: 600 }));

let world: World;
let host: Host;
let phone: Guest;
let cdp: CDPSession;
let link: string;

beforeAll(async () => {
  world = await World.open(songs, { args: ["--start", "Garden"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  const context = await world.browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  context.setDefaultTimeout(15_000);
  phone = Guest.in(await context.newPage());
  cdp = await context.newCDPSession(phone.page);
}, 120_000);
afterAll(() => world.close());

const row = (name: string) => host.page.locator("[data-testid=participant]").filter({ hasText: name });
/** One Alice at the host's, connected or not. */
async function aliceIs(connected: boolean): Promise<void> {
  await expect.poll(() => row("Alice").evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset["connected"])), { timeout: 20_000 }).toEqual([String(connected)]);
}
const seat = () => phone.page.evaluate(() => (JSON.parse(Object.entries(localStorage).find(([key]) => key.startsWith("jam.seat."))?.[1] ?? "{}") as { participant_id?: string }).participant_id);
const times = async (title: string) => (await host.titles()).filter((one) => one === title).length;
const badge = () => phone.page.getByTestId("network-badge");

test("two taps on Join take one seat", async () => {
  await phone.page.goto(link);
  await phone.page.getByRole("textbox", { name: "Your name" }).fill("Alice");
  const join = await phone.page.getByRole("button", { name: "Join" }).boundingBox();
  const [x, y] = [(join?.x ?? 0) + 40, (join?.y ?? 0) + 20];
  // The button is in sight and under a thumb, without scrolling.
  expect(y).toBeLessThan(740);
  await phone.page.touchscreen.tap(x, y);
  await phone.page.touchscreen.tap(x, y);
  await phone.nowPlaying.waitFor();
  await aliceIs(true);
});

test("the name is remembered: a second jam, or a lost seat, takes one tap", async () => {
  const other = await phone.context.newPage();
  await other.goto(link);
  // With its seat it comes straight in.
  await other.getByTestId("now-playing-title").waitFor();
  await other.close();
  await phone.page.getByRole("button", { name: "Use it here" }).tap();
  await expect.poll(() => badge().getAttribute("data-state")).toBe("lan");
  await phone.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("jam.seat.")).forEach((key) => localStorage.removeItem(key)));
  const before = await phone.context.newPage();
  await before.goto(link);
  expect(await before.getByRole("textbox", { name: "Your name" }).inputValue()).toBe("Alice");
  // No keyboard comes over the button.
  expect(await before.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
  await before.close();
  await phone.page.getByRole("button", { name: "Leave" }).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "Leave" }).tap();
  await phone.page.getByRole("button", { name: "Join" }).tap();
  await phone.nowPlaying.waitFor();
  await aliceIs(true);
});

test("two taps on Add add one song, and it is there at once", async () => {
  await phone.looksAt("Add");
  await phone.page.getByRole("searchbox").fill("amber");
  const add = phone.page.getByRole("button", { name: "Add Amber" });
  await expect.poll(() => phone.page.getByTestId("search-result").count()).toBe(1);
  const box = await add.boundingBox();
  const [x, y] = [(box?.x ?? 0) + 20, (box?.y ?? 0) + 20];
  await phone.page.touchscreen.tap(x, y);
  await phone.page.touchscreen.tap(x, y);
  await phone.hears("Amber");
  for (const title of ["Birch", "Cedar"]) await phone.add(title);
  await expect.poll(() => host.titles()).toEqual(["Birch", "Cedar"]);
  await phone.looksAt("Queue");
  // What is one's own says when it plays: an hour of trees stands before the last.
  await phone.page.locator("[data-testid=queue-item] .track-button").nth(1).tap();
  await phone.sees(/Plays in about (19|20) min\./);
});

test("the screen goes off and on: the same seat, and what happened meanwhile", async () => {
  const me = await seat();
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  await host.add("Dogwood");
  await cdp.send("Page.setWebLifecycleState", { state: "active" });
  await phone.looksAt("Queue");
  await expect.poll(async () => (await phone.titles()).includes("Dogwood"), { timeout: 15_000 }).toBe(true);
  await aliceIs(true);
  expect(await seat()).toBe(me);
});

test("another tab in front: the jam goes on behind it", async () => {
  const other = await phone.context.newPage();
  await other.goto("about:blank");
  await other.bringToFront();
  await host.page.getByRole("button", { name: "Remove Dogwood" }).click();
  await phone.page.bringToFront();
  await expect.poll(async () => (await phone.titles()).includes("Dogwood")).toBe(false);
  await other.close();
  await aliceIs(true);
});

test("from Wi-Fi to mobile data: it says so, keeps what is added, and adds it once", async () => {
  const me = await seat();
  await phone.looksAt("Add");
  await phone.page.getByRole("searchbox").fill("elm");
  await phone.page.getByRole("button", { name: "Add Elm" }).waitFor();
  await phone.context.setOffline(true);
  await world.hostd.stop("SIGKILL");
  await expect.poll(() => badge().getAttribute("data-state")).toBe("reconnecting");
  await phone.sees("The connection is gone. What you add now is sent as soon as it is back.");
  await phone.page.getByRole("button", { name: "Add Elm" }).tap();
  await phone.page.getByTestId("search-result").filter({ hasText: "Queued" }).waitFor();
  expect((await badge().boundingBox())?.height).toBeLessThan(40);
  await world.hostd.again();
  await phone.context.setOffline(false);
  await expect.poll(() => badge().getAttribute("data-state"), { timeout: 20_000 }).toBe("lan");
  await expect.poll(() => times("Elm"), { timeout: 20_000 }).toBe(1);
  await aliceIs(true);
  expect(await seat()).toBe(me);
});

test("back, forward and reload", async () => {
  const me = await seat();
  await phone.page.goto("about:blank");
  await aliceIs(false);
  await phone.page.goBack();
  await phone.nowPlaying.waitFor();
  await aliceIs(true);
  await phone.page.reload();
  await phone.nowPlaying.waitFor();
  await aliceIs(true);
  expect([await seat(), await times("Elm")]).toEqual([me, 1]);
});

test("two tabs: one has the seat, says so, and neither takes it from the other by itself", async () => {
  const second = await phone.context.newPage();
  await second.goto(link);
  await second.getByTestId("now-playing-title").waitFor();
  await phone.sees("This jam is open in another window");
  await phone.page.getByRole("button", { name: "Use it here" }).tap();
  await phone.nowPlaying.waitFor();
  await second.getByText("This jam is open in another window").waitFor();
  // A cut in the network is no reason to change places.
  await world.hostd.stop("SIGKILL");
  await expect.poll(() => badge().getAttribute("data-state")).toBe("reconnecting");
  await world.hostd.again();
  await expect.poll(() => badge().getAttribute("data-state"), { timeout: 20_000 }).toBe("lan");
  await second.getByText("This jam is open in another window").waitFor();
  await second.close();
  await aliceIs(true);
});

test("a tab that stood before the door comes in with the seat of the other", async () => {
  await phone.page.getByRole("button", { name: "Leave" }).tap();
  await phone.page.getByRole("dialog").getByRole("button", { name: "Leave" }).tap();
  await phone.page.getByRole("button", { name: "Join" }).waitFor();
  const second = await phone.context.newPage();
  await second.goto(link);
  await second.getByRole("button", { name: "Join" }).waitFor();
  await phone.page.getByRole("button", { name: "Join" }).tap();
  await phone.nowPlaying.waitFor();
  const me = await seat();
  await second.getByRole("button", { name: "Join" }).tap();
  await second.getByTestId("now-playing-title").waitFor();
  await phone.sees("This jam is open in another window");
  expect(await seat()).toBe(me);
  await second.close();
  await phone.page.getByRole("button", { name: "Use it here" }).tap();
  await phone.nowPlaying.waitFor();
  await aliceIs(true);
});

test("the screen can be kept on, and that is remembered", async () => {
  await phone.looksAt("People");
  const lamp = phone.page.getByRole("switch", { name: "Keep the screen on" });
  expect(await lamp.isChecked()).toBe(false);
  await lamp.tap();
  await phone.page.reload();
  await phone.nowPlaying.waitFor();
  await phone.looksAt("People");
  expect(await lamp.isChecked()).toBe(true);
});

test("without a secure context what needs one is not there", async () => {
  const plain = await world.guest(360);
  await plain.page.addInitScript(() => {
    Object.defineProperty(window, "isSecureContext", { value: false });
    for (const name of ["wakeLock", "clipboard", "share", "serviceWorker"]) Reflect.deleteProperty(Navigator.prototype, name);
    Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined });
    Reflect.deleteProperty(Crypto.prototype, "randomUUID");
  });
  await plain.joins(link, "Bob");
  await plain.looksAt("People");
  await plain.page.getByTestId("link").waitFor();
  for (const name of ["Copy link", "Share"]) expect(await plain.page.getByRole("button", { name }).count()).toBe(0);
  expect(await plain.page.getByRole("switch").count()).toBe(0);
  await plain.add("Fir");
  await expect.poll(() => times("Fir")).toBe(1);
});

test("no page complained", () => expect([...world.complaints, ...host.complaints, ...phone.complaints]).toEqual([]));
