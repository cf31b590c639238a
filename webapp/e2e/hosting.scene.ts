import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes, type Size, type Theme } from "./world/looks";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// What a host decides while the jam runs: the rules, the people, the door and the end; and what is kept of it.
const songs = ["Harbour", "Lantern"].map((title, i) => ({ title, artist: "Night & Co", hz: 300 + i, seconds: 90 }));

let world: World;
let host: Host;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(songs);
  host = await world.host();
});
afterAll(() => world.close());

/** Turns a setting on or off. */
async function sets(label: string): Promise<void> {
  await host.page.getByRole("switch", { name: label }).click();
}

test("a setting changes what a guest sees while they look at it", async () => {
  await host.starts("Rules");
  alice = await world.guest(1280);
  await alice.joins(await host.link(), "Alice");
  await host.add("Harbour");
  await alice.add("Lantern");

  const search = alice.page.getByRole("searchbox");
  await sets("Guests may add songs");
  await alice.sees("Only the host adds songs in this jam.");
  expect(await search.count()).toBe(0);
  await sets("Guests may add songs");
  await search.waitFor();

  expect(await alice.page.getByRole("button", { name: "Pause" }).count()).toBe(0);
  await sets("Guests may do everything");
  await alice.page.getByRole("button", { name: "Pause" }).waitFor();
  await sets("Guests may do everything");
  await expect.poll(() => alice.page.getByRole("button", { name: "Pause" }).count()).toBe(0);

  await sets("Guests may vote to skip");
  await expect.poll(() => alice.page.getByRole("button", { name: "Vote to skip" }).count()).toBe(0);
  await host.page.getByText("This jam", { exact: true }).click();
  const name = host.page.getByRole("textbox", { name: "Name of the jam" });
  await name.fill("Rules, again");
  await name.press("Enter");
  for (const person of [host, alice]) await expect.poll(() => person.page.getByTestId("jam-name").textContent()).toBe("Rules, again");
});

test("a right is decided for one person, and given back to the settings", async () => {
  const skip = alice.page.getByRole("button", { name: "Skip this song" });
  await host.page.getByRole("button", { name: "What to do with Alice" }).click();
  await host.page.getByText("Skip songs", { exact: true }).click();
  await skip.waitFor();
  await host.page.getByRole("button", { name: "As the settings say Skip songs" }).click();
  await expect.poll(() => skip.count()).toBe(0);
  await host.page.getByRole("button", { name: "What to do with Alice" }).click();
});

test("who asks to come in is told in the title and a sentence, also while the host looks at the past", async () => {
  await host.page.getByText("Who comes in", { exact: true }).click();
  await sets("I let each one in");
  await host.page.getByRole("button", { name: "History" }).click();
  const bob = await world.guest();
  await bob.page.goto(new URL(`/jam/${alice.page.url().match(/\/jam\/([^/]+)/)?.[1]}`, world.hostd.lan).href);
  await bob.page.getByRole("textbox", { name: "Your name" }).fill("Bob");
  await bob.page.getByRole("button", { name: "Join" }).click();
  await host.sees("Bob wants to join");
  expect(await host.page.title()).toMatch(/^\(1\) /);
  await host.page.getByRole("button", { name: "Back" }).click();
  await host.page.getByRole("button", { name: "Let in Bob" }).click();
  await bob.nowPlaying.waitFor();
  await expect.poll(() => host.page.title()).not.toMatch(/^\(/);
  await bob.leaves();
});

test("an announced end counts down for everyone, and is taken back", async () => {
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("radio", { name: "In 5 minutes" }).check();
  await host.page.getByRole("button", { name: "Announce it" }).click();
  for (const person of [host, alice]) await person.sees(/[45]:\d\d$/);
  await host.page.getByRole("button", { name: "Keep going" }).click();
  for (const person of [host, alice]) await expect.poll(() => person.page.getByTestId("ends-in").count()).toBe(0);
  await alice.hears("Harbour");
});

test("the end has a recap, and the history keeps it", async () => {
  await host.page.getByRole("button", { name: "Skip this song" }).click();
  await host.hears("Lantern");
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("button", { name: "End it" }).click();
  const recap = host.page.getByTestId("recap");
  await recap.getByText(/^2 songs, 3 people, \d min$/).waitFor();
  await host.sees("It was ended by its host.");
  expect(await recap.locator("li").allTextContents()).toEqual([expect.stringMatching(/^Harbour.*Hanna.*skipped/), expect.stringMatching(/^Lantern.*Alice/)]);
  await host.page.getByRole("button", { name: "History" }).click();
  await host.page.getByTestId("history-row").filter({ hasText: "Rules, again" }).click();
  await recap.waitFor();
  expect(await host.page.getByTestId("end-reason").textContent()).toBe("It was ended by its host.");
  expect(await host.page.getByTestId("history-track").allTextContents()).toEqual([
    expect.stringMatching(/Harbour.*Added by Hanna.*skipped$/), expect.stringMatching(/Lantern.*Added by Alice.*ended with the jam$/),
  ]);
  expect(world.complaints).toEqual([]);
});

test("in the next jam one is there and another waits", async () => {
  await host.page.getByRole("button", { name: "Back" }).click();
  await host.page.getByRole("button", { name: "Back" }).click();
  await host.page.getByRole("button", { name: "Back to the player" }).click();
  await host.starts("Door");
  const dora = await world.guest();
  await dora.joins(await host.link(), "Dora");
  await host.page.getByText("Who comes in", { exact: true }).click();
  await sets("I let each one in");
  const emil = await world.guest();
  await emil.page.goto(await host.link());
  await emil.page.getByRole("button", { name: "Join" }).click();
  await host.page.getByTestId("request").waitFor();
  expect(host.complaints).toEqual([]);
  // Only one window plays the host at a time.
  await host.leaves();
});

describe.each(themes.flatMap((theme) => sizes.map((size): [Theme, Size] => [theme, size])))("%s, %s", (theme, size) => {
  test("everything that a host decides", async () => {
    const page = await openWindow(world.browser, theme, size);
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await page.goto(world.hostd.consoleLink);
    await page.getByTestId("request").waitFor();
    await seemsRight(page, `requests-${size}-${theme}`);
    await button("What to do with Dora").click();
    await button("What to do with Dora").scrollIntoViewIfNeeded();
    await seemsRight(page, `person-${size}-${theme}`);
    await button("Make host").click();
    await seemsRight(page, `transfer-${size}-${theme}`);
    await page.getByRole("dialog").getByRole("button", { name: "Make host" }).click();
    await button("Take back").scrollIntoViewIfNeeded();
    await seemsRight(page, `transferred-${size}-${theme}`);
    await button("Take back").click();
    await expect.poll(() => button("Take back").count()).toBe(0);
    for (const group of ["Who comes in", "Songs and their order", "This jam"]) await page.getByText(group, { exact: true }).click();
    await page.getByText("Songs and their order").scrollIntoViewIfNeeded();
    await seemsRight(page, `settings-${size}-${theme}`);
    await button("End jam").click();
    await page.getByRole("radio", { name: "In 15 minutes" }).check();
    await seemsRight(page, `end-${size}-${theme}`);
    await button("Announce it").click();
    await button("Keep going").waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await seemsRight(page, `ending-${size}-${theme}`);
    await button("Keep going").click();
    await expect.poll(() => button("Keep going").count()).toBe(0);
    await page.context().close();
  });
});
