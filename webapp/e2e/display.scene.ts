import { afterAll, beforeAll, expect, test } from "vitest";
import { openWindow, seemsRight, themes } from "./world/looks";
import { Guest, type Host } from "./world/people";
import { World } from "./world/world";

// A screen in the corner: what plays, what comes, how to join. It is nobody, and needs the console's link where not everyone is let in.
let world: World;
let host: Host;
let link: string;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(["First Song", "Second Song", "Third Song"].map((title) => ({ title, artist: "The Bells", hz: 300, seconds: 120 })), { args: ["--start", "Corner"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  alice = await world.guest(1200);
  await alice.joins(link, "Alice");
  await alice.add("First Song");
  await alice.add("Second Song");
});
afterAll(() => world.close());

test.each(themes)("shows the jam to everyone who looks, as nobody (%s)", async (theme) => {
  const page = await openWindow(world.browser, theme, "desk");
  await page.goto(`${link}/display`);
  const screen = Guest.in(page);
  await screen.sees("First Song");
  await screen.sees("Second Song");
  await screen.sees("Scan to add songs");
  await page.locator('img[src$="qr.svg"]').evaluate((image: HTMLImageElement) => image.decode());
  await seemsRight(page, `display-desk-${theme}`);
  expect(await alice.people()).toHaveLength(2);
  await alice.page.getByRole("button", { name: "Party" }).click();
  await page.getByTestId("reaction").first().waitFor();
  await page.close();
});

test("follows the queue", async () => {
  const page = await openWindow(world.browser, "dark", "desk");
  await page.goto(`${link}/display`);
  const screen = Guest.in(page);
  await screen.sees("Second Song");
  await alice.add("Third Song");
  await screen.sees("Third Song");
  await page.close();
});

test("needs the link of the console where the host lets people in one by one", async () => {
  await host.sets("I let each one in", true);
  const page = await openWindow(world.browser, "dark", "desk");
  const screen = Guest.in(page);
  await page.goto(`${link}/display`);
  await screen.sees("This screen needs the TV link of the console");
  const status = await host.page.evaluate(async () => {
    const token = sessionStorage.getItem("jam.hostToken") ?? "";
    const answer = await fetch("/api/console/status", { headers: { Authorization: `Bearer ${token}` } });
    return (await answer.json()) as { jam: { tv_url: string } };
  });
  await page.goto(status.jam.tv_url); // only what is behind the # differs
  await screen.sees("First Song");
  await page.close();
});
