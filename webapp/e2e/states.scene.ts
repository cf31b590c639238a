import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Hand } from "./world/hand";
import { openWindow, seemsRight, type Size, type Theme } from "./world/looks";
import { Guest } from "./world/people";
import { World } from "./world/world";

// What a guest meets on the way in, in the jam and out of it, with a real host, on a phone of 360 px and on a desk. How each
// of it looks in every window is held by pictures.scene.ts; here there is nothing for axe to find, and nothing wider than the window.
const songs = ["Midnight Ferry", "Paper Lanterns", "Slow River", "A Song With a Very Long Name That Goes On and On and On", "Northern Line"]
  .map((title, i) => ({ title, artist: ["The Bells", "Ines Okafor", "Kites"][i % 3] ?? "", hz: 300 + 77 * i, seconds: 600 }));
const looks: { theme: Theme; size: Size; name: string }[] = [{ theme: "dark", size: "phone", name: "Paul dark" }, { theme: "light", size: "desk", name: "Dora light" }];

let world: World;
let hand: Hand;
let link: string;
let alice: Guest;
/** The windows that stay to the end. */
const windows: { page: Page; theme: Theme; size: Size }[] = [];

beforeAll(async () => {
  world = await World.open(songs, { args: ["--start", "Friday at Hanna’s"] });
  alice = await world.guest(1200);
  const host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  const code = await host.code();
  await host.leaves();
  hand = await Hand.joins(world.browser, world.hostd, code);
  await alice.joins(link, "Alice");
  for (const { title } of songs.slice(0, 4)) await alice.add(title);
}, 120_000);
afterAll(() => world.close());

const settings = (change: object) => hand.does({ type: "update_settings", settings: change });

describe.each(looks)("$size, $theme", ({ theme, size, name }) => {
  let guest: Guest;
  let page: Page;
  const looksRight = (state: string) => seemsRight(page, `${state}-${size}-${theme}`);

  beforeAll(async () => {
    page = await openWindow(world.browser, theme, size);
    guest = Guest.in(page);
  });

  test("waits, is turned away, and comes in", async () => {
    await settings({ require_approval: true });
    await guest.asks(link, name);
    await guest.sees("You’re next.");
    await looksRight("waiting");
    await hand.does({ type: "deny_join", participant_id: `@${name}` });
    await guest.sees("The host did not let you in");
    await looksRight("turned-away");
    await settings({ require_approval: false });
    await guest.joins(link, name);
  });

  test("votes, reacts, and reads why", async () => {
    const title = "Paper Lanterns";
    await page.getByRole("button", { name: "Vote to skip" }).click();
    await guest.sees(/Skip\? \(1\/\d votes?\)|Midnight|Paper|Slow/);
    await page.getByRole("button", { name: "Party" }).click();
    const rows = page.getByTestId("queue-item");
    const row = rows.filter({ hasText: title }).or(rows).first();
    await row.getByRole("button", { name: /^Vote for/ }).click();
    await row.getByRole("button", { expanded: false }).first().click();
    await row.getByText(/turn: whoever had fewer goes first/).waitFor();
    await looksRight("votes");
  });

  test("chats, and is muted", async () => {
    if (size === "phone") await guest.looksAt("Chat");
    else await page.getByRole("button", { name: "Chat" }).click();
    await guest.says(`This is ${name}. What a song, I have not heard it for years and years!`);
    await expect.poll(async () => (await guest.said()).length).toBeGreaterThan(0);
    await page.getByRole("textbox", { name: "Message" }).fill("x".repeat(510));
    await guest.sees("10 characters too many");
    await looksRight("chat");
    await hand.does({ type: "set_permissions", participant_id: `@${name}`, permissions: { can_chat: false } });
    await guest.sees("The host has muted you. You can read what others write.");
    await guest.sees("The host muted you.");
    await looksRight("muted");
    await hand.does({ type: "set_permissions", participant_id: `@${name}`, permissions: { can_chat: null } });
    if (size === "phone") await guest.looksAt("Queue");
    else await page.getByRole("button", { name: "Chat" }).click();
  });

  test("sees the end announced", async () => {
    await hand.does({ type: "end_session", in_seconds: 300 });
    await guest.sees("The host ends the jam soon.");
    await looksRight("ending");
    await hand.does({ type: "end_session", cancel: true });
    await expect.poll(() => page.getByTestId("ending").count()).toBe(0);
  });

  test("is made a member, and the host", async () => {
    await hand.does({ type: "set_role", participant_id: `@${name}`, role: "member" });
    await guest.sees(/The host made you a member/);
    await hand.does({ type: "transfer_host", participant_id: `@${name}` });
    await guest.sees(/You are the host now\. /);
    await guest.looksAt("People");
    await page.getByRole("heading", { name: "You are the host now" }).waitFor();
    await looksRight("host-entry");
    await page.getByRole("button", { name: "Open the host’s controls" }).click();
    await page.getByText("Settings").first().waitFor();
    await looksRight("host-panel");
    await hand.does({ type: "transfer_host", participant_id: "@Hanna" });
    await expect.poll(() => page.getByRole("heading", { name: "You are the host now" }).count()).toBe(0);
    await guest.looksAt("Queue");
  });

  test("is removed, stays out, and is let in again", async () => {
    await hand.does({ type: "kick", participant_id: `@${name}` });
    await guest.sees("The host removed you from this jam");
    await looksRight("kicked");
    await page.reload();
    await guest.sees(/unless the host lets you in again/);
    await looksRight("banned");
    await hand.does({ type: "unban", participant_id: `@${name}` });
    await page.reload();
    await guest.nowPlaying.waitFor();
    windows.push({ page, theme, size });
  });
});

test("everybody sees how it ended, and again when they come back", async () => {
  await hand.does({ type: "end_session" });
  for (const { page, theme, size } of windows) {
    await page.getByTestId("recap").waitFor();
    await seemsRight(page, `ended-${size}-${theme}`);
    await page.reload();
    await page.getByTestId("recap").waitFor();
    await page.getByText("The host ended it. Thanks for the music.").waitFor();
    await page.context().close();
    const late = await openWindow(world.browser, theme, size);
    await late.goto(link);
    await late.getByText("The host ended it. Thanks for the music.").waitFor();
    await seemsRight(late, `ended-late-${size}-${theme}`);
    await late.context().close();
  }
});

test("no page complained", () => expect(world.complaints).toEqual([]));
