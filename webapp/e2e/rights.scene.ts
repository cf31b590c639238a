import { afterAll, beforeAll, expect, test } from "vitest";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// What people may do, while it changes under their hands: buttons that go, the chat, the host's role, and the end.
const songs = ["Harbour", "Lantern", "Meadow"].map((title, i) => ({ title, artist: "Night & Co", hz: 300 + i, seconds: 300 }));

let world: World;
let host: Host;
let link: string;
let alice: Guest;
let bob: Guest;

beforeAll(async () => {
  world = await World.open(songs, { args: ["--start", "Rights"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  [alice, bob] = [await world.guest(), await world.guest(1280)];
  await alice.joins(link, "Alice");
  await bob.joins(link, "Bob");
  await alice.add("Harbour");
  await bob.add("Lantern");
  await alice.looksAt("Queue");
});
afterAll(() => world.close());

const focused = (guest: Guest) => guest.page.evaluate(() => document.activeElement?.tagName.toLowerCase());
const members = async (person: Guest | Host) => (await person.page.locator("[data-testid=participant][data-role=member]").allTextContents()).join();
const muted = "The host has muted you. You can read what others write.";

test("a button that goes while a person is on it leaves the focus near, and one sentence says why", async () => {
  const vote = alice.page.getByRole("button", { name: "Vote to skip" });
  await vote.focus();
  await host.sets("Guests may vote to skip", false);
  await alice.sees("The host turned off voting to skip.");
  expect(await vote.count()).toBe(0);
  expect(await focused(alice)).toBe("section");
  expect(await alice.page.getByTestId("toast").filter({ hasText: "The host" }).count()).toBe(1);
  // From there the keyboard goes on to what stands next to it.
  await alice.page.keyboard.press("Tab");
  expect(await focused(alice)).toBe("button");
  await host.sets("Guests may vote to skip", true);
  await alice.sees("The host lets you vote to skip songs now.");
  await vote.waitFor();
});

test("the right to add goes, and the search with it", async () => {
  await alice.looksAt("Add");
  await alice.page.getByRole("searchbox").focus();
  await host.sets("Guests may add songs", false);
  await alice.sees("Only the host adds songs in this jam.");
  await alice.sees("Only the host adds songs now.");
  expect(await focused(alice)).not.toBe("body");
  await host.sets("Guests may add songs", true);
  await alice.page.getByRole("searchbox").waitFor();
});

test("people chat; who looks elsewhere sees how much is new", async () => {
  await host.page.getByText("Chat", { exact: true }).click();
  await alice.looksAt("Chat");
  await alice.says("Good evening");
  await alice.says("<b>How</b> are you?");
  await expect.poll(() => bob.page.getByTestId("unread").first().innerText()).toContain("2");
  await bob.page.getByRole("button", { name: "Chat" }).click();
  await expect.poll(async () => (await bob.said()).join()).toMatch(/Alice.*Good evening.*<b>How<\/b> are you\?/s);
  expect(await bob.page.getByTestId("unread").count()).toBe(0);
  await bob.says("Fine");
  for (const person of [host, alice]) await expect.poll(async () => (await person.said()).join()).toContain("Fine");
  await bob.page.getByRole("button", { name: "Chat" }).click();
});

test("too many words at once are held back, with the time to wait, and not lost", async () => {
  // How many are too many depends on how fast this browser is: one more is allowed every 2 s.
  for (let n = 1; n <= 9; n++) await alice.says(`word ${n}`);
  await alice.sees(/Slow down! Try again in (a second|\d+ seconds)/);
  const field = alice.page.getByRole("textbox", { name: "Message" });
  await expect.poll(() => field.inputValue()).toMatch(/^word \d/); // before what is being typed by then
  expect((await host.said()).join()).not.toContain(await field.inputValue());
});

test("who is muted is told, reads on, and may speak again", async () => {
  await host.manages("Alice", "Mute");
  await alice.sees("The host muted you.");
  await alice.sees(muted);
  expect(await alice.page.getByRole("textbox", { name: "Message" }).count()).toBe(0);
  await bob.page.getByRole("button", { name: "Chat" }).click();
  await bob.says("Where is Alice?");
  await expect.poll(async () => (await alice.said()).join()).toContain("Where is Alice?");
  await bob.page.getByRole("button", { name: "Chat" }).click();
  await host.manages("Alice", "Unmute");
  await alice.page.getByRole("textbox", { name: "Message" }).waitFor();
});

test("the chat goes while a person looks at it", async () => {
  await alice.page.getByRole("textbox", { name: "Message" }).focus();
  await host.sets("Chat and reactions", false);
  await alice.sees("The host turned off the chat.");
  expect(await alice.page.getByRole("button", { name: "Chat" }).count()).toBe(0);
  expect(await alice.page.getByRole("group", { name: "React" }).count()).toBe(0);
  expect(await focused(alice)).not.toBe("body");
  await host.sets("Chat and reactions", true);
  await alice.page.getByRole("group", { name: "React" }).waitFor();
});

test("a reaction floats by in every window", async () => {
  await alice.looksAt("Queue");
  await alice.page.getByRole("button", { name: "Applause" }).click();
  for (const person of [host, alice, bob]) await person.page.getByTestId("reaction").first().waitFor({ state: "attached" });
  await expect.poll(() => bob.page.getByTestId("reaction").count(), { timeout: 6_000 }).toBe(0);
});

test("the host hands over: the new one has the controls, and the console takes the jam back", async () => {
  await host.manages("Alice", "Make host", "Make host");
  await alice.sees(/You are the host now\. /);
  await bob.sees("Alice is the host now");
  await alice.looksAt("People");
  await alice.page.getByRole("button", { name: "Open the host’s controls" }).click();
  await alice.page.getByRole("switch", { name: "Guests may do everything" }).waitFor();
  const cara = await world.guest();
  await alice.page.getByText("Who comes in").click();
  await alice.page.getByRole("switch", { name: "I let each one in" }).check();
  await cara.asks(link, "Cara");
  await alice.page.getByRole("button", { name: "Let in Cara" }).click();
  await cara.nowPlaying.waitFor();
  await alice.page.getByRole("switch", { name: "I let each one in" }).uncheck();
  await host.page.getByRole("button", { name: "Take back" }).click();
  await alice.sees("You are not the host any more.");
  expect(await alice.page.getByRole("switch", { name: "Guests may do everything" }).count()).toBe(0);
  await bob.sees("Hanna is the host now");
  await alice.looksAt("Queue");
});

test("a member is marked as one", async () => {
  await host.manages("Bob", "Make a member");
  await bob.sees(/The host made you a member/);
  await expect.poll(() => members(bob)).toContain("Bob");
});

test("an end is announced, and does not come", async () => {
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("radio", { name: "In 5 minutes" }).check();
  await host.page.getByRole("dialog").getByRole("button", { name: "Announce it" }).click();
  await alice.sees("The host ends the jam soon.");
  await expect.poll(() => alice.page.getByTestId("ends-in").textContent(), { timeout: 10_000 }).toMatch(/^4:5\d$/);
  await host.page.getByRole("button", { name: "Keep going" }).click();
  await expect.poll(() => alice.page.getByTestId("ending").count()).toBe(0);
});

test("at the end everybody looks back, also who comes later", async () => {
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  for (const guest of [alice, bob]) await guest.sees("The host ended it. Thanks for the music.");
  await expect.poll(() => alice.page.getByTestId("recap").textContent()).toMatch(/1 song, 4 people.*Alice chose the most: 1 song\..*Harbour/);
  await alice.page.reload();
  await expect.poll(() => alice.page.getByTestId("recap").textContent()).toContain("Harbour");
  const late = await world.guest();
  await late.page.goto(link);
  await late.sees("The host ended it. Thanks for the music.");
});

test("the member is known in the next jam, which lets no guests in", async () => {
  await host.page.getByRole("button", { name: "Back to the player" }).click();
  await host.starts("Members only");
  await host.sets("Guests may come in", false);
  const next = await host.link();
  await bob.joins(next, "Bob");
  await expect.poll(() => members(host)).toMatch(/^Bob/);
  await alice.asks(next, "Alice");
  await alice.sees("This jam lets nobody in right now");
});

test("no page complained and no token is in the log", () => {
  expect([...world.complaints, ...host.complaints]).toEqual([]);
  expect(world.hostd.logged).not.toContain(world.hostd.token);
});
