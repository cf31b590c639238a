import { afterAll, beforeAll, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// The host moves songs: by the mouse, by a thumb, by the keyboard, while guests go on adding.
const titles = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel"];

let world: World;
let host: Host;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(titles.map((title, i) => ({ title, artist: "The Trees", hz: 200 + 30 * i, seconds: 300 })), { args: ["--start", "Woods"] });
  host = await world.host();
  alice = await world.guest();
  await host.page.getByTestId("code").waitFor();
  await alice.joins(await host.link(), "Alice");
  for (const title of titles.slice(0, 7)) await host.add(title);
  await host.queue().nth(5).waitFor();
});
afterAll(() => world.close());

const handle = (title: string) => host.page.getByRole("button", { name: `Move ${title}`, exact: true });
const said = () => host.page.locator("section.queue > [aria-live]").textContent();
/** A row on its way would not be where the hand then reaches for it. */
const atRest = () => host.page.locator("[data-testid=queue-item]").evaluateAll((rows) =>
  Promise.all(rows.flatMap((row) => row.getAnimations()).map((one) => one.finished.catch(() => one))).then(() => undefined));
const middle = async (title: string) => {
  await atRest();
  const box = await handle(title).boundingBox();
  if (box === null) throw new Error(`${title} has no handle`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

test("by the mouse, to between two others; everybody sees it there", async () => {
  const [from, to] = [await middle("Ginkgo"), await middle("Cedar")];
  await host.page.mouse.move(from.x, from.y);
  await host.page.mouse.down();
  await host.page.mouse.move(from.x, (from.y + to.y) / 2, { steps: 5 });
  await host.page.mouse.move(to.x, to.y - 20, { steps: 5 });
  if (process.env["JAM_PICTURES"] !== undefined) await host.page.screenshot({ path: `${process.env["JAM_PICTURES"]}/moving-desk.png` });
  await host.page.mouse.up();
  for (const person of [host, alice]) await person.waitsFor(["Birch", "Ginkgo", "Cedar", "Dogwood", "Elm", "Fir"]);
  expect(await host.page.locator("[data-testid=queue-item]").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).className))).toEqual(Array(6).fill(""));
});

test("by the keyboard alone, with words for each step; Escape takes it back", async () => {
  await handle("Birch").focus();
  await host.page.keyboard.press("Space");
  await expect.poll(said).toContain("Birch picked up, place 1 of 6");
  await host.page.keyboard.press("ArrowDown");
  await host.page.keyboard.press("ArrowDown");
  expect(await said()).toBe("Birch: place 3 of 6");
  await host.page.keyboard.press("Escape");
  expect(await said()).toBe("Birch is back where it was");
  await host.page.keyboard.press("Enter");
  await host.page.keyboard.press("End");
  await host.page.keyboard.press("Enter");
  for (const person of [host, alice]) await person.waitsFor(["Ginkgo", "Cedar", "Dogwood", "Elm", "Fir", "Birch"]);
  expect(await host.page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Move Birch");
});

test("while somebody adds a song", async () => {
  const from = await middle("Elm");
  await host.page.mouse.move(from.x, from.y);
  await host.page.mouse.down();
  await host.page.mouse.move(from.x, from.y - 50, { steps: 3 });
  await alice.add("Hazel");
  await expect.poll(() => host.queue().count()).toBe(7);
  await host.page.mouse.move(from.x, from.y - 80, { steps: 3 });
  await host.page.mouse.up();
  // It was let go of between Cedar and Dogwood, wherever the order of turns puts the others.
  await expect.poll(async () => (await host.titles()).filter((title) => title === "Elm" || title === "Dogwood")).toEqual(["Elm", "Dogwood"]);
  await alice.looksAt("Queue");
  await alice.waitsFor(await host.titles());
});

test.each(themes.flatMap((theme) => sizes.map((size) => [theme, size] as const)))("%s, %s: rows with handles seem right", async (theme, size) => {
  const page = await openWindow(world.browser, theme, size);
  await host.page.goto("about:blank");
  await page.goto(world.hostd.consoleLink);
  await page.getByRole("button", { name: /^Try again$|^Move Elm$/ }).first().waitFor();
  if (await page.getByRole("button", { name: "Try again" }).isVisible()) await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("button", { name: "Move Elm", exact: true }).scrollIntoViewIfNeeded();
  await page.getByRole("button", { name: "Move Elm", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await seemsRight(page, `moving-${size}-${theme}`);
  await page.context().close();
});

test("no page complained", () => {
  expect([...world.complaints, ...host.complaints]).toEqual([]);
});
