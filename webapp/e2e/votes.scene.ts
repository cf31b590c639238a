import { afterAll, beforeAll, expect, test } from "vitest";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// What people want to hear: the vote to skip, the order in turns, and hearts.
const titles = ["Amber", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo"];

let world: World;
let host: Host;
let link: string;
let alice: Guest;
let bob: Guest;
let cara: Guest;
let dan: Guest;

beforeAll(async () => {
  world = await World.open(titles.map((title, i) => ({ title, artist: "Trees", hz: 300 + i, seconds: 300 })), { args: ["--start", "Votes"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  [alice, bob, cara, dan] = [await world.guest(), await world.guest(1200), await world.guest(), await world.guest()];
  for (const [guest, name] of [[alice, "Alice"], [bob, "Bob"], [cara, "Cara"], [dan, "Dan"]] as const) await guest.joins(link, name);
});
afterAll(() => world.close());

const vote = (guest: Guest) => guest.page.getByRole("button", { name: "Vote to skip" }).click();
const tally = (person: Guest | Host) => person.page.getByTestId("skip-vote").textContent();
const row = (person: Guest | Host, title: string) => person.queue(title);

async function why(person: Guest, title: string): Promise<string> {
  const more = row(person, title).getByRole("button", { expanded: false });
  await more.click();
  return row(person, title).locator(".row-why").innerText();
}

test("songs stand in turns, and each says why", async () => {
  for (const title of ["Amber", "Birch", "Cedar"]) await alice.add(title);
  await bob.add("Dogwood");
  await alice.looksAt("Queue");
  for (const person of [host, alice, bob]) await person.waitsFor(["Dogwood", "Birch", "Cedar"]);
  expect(await why(alice, "Dogwood")).toContain("Bob’s 1st turn: whoever had fewer goes first.");
  expect(await why(alice, "Birch")).toContain("Your 2nd turn: whoever had fewer goes first.");
  await host.moves("Cedar", "up");
  for (const person of [host, alice]) await person.waitsFor(["Dogwood", "Cedar", "Birch"]);
  expect(await why(alice, "Cedar")).toContain("Moved here by hand.");
});

test("a vote is counted, taken back, and not doubled by a reload", async () => {
  await vote(alice);
  for (const person of [host, alice, bob]) await expect.poll(() => tally(person)).toContain("Skip? (1/3 votes)");
  await alice.page.reload();
  await alice.nowPlaying.waitFor();
  await vote(alice);
  await alice.page.getByRole("button", { name: "Take my vote back" }).waitFor();
  expect(await tally(bob)).toContain("Skip? (1/3 votes)");
  await alice.page.getByRole("button", { name: "Take my vote back" }).click();
  await expect.poll(() => tally(bob)).not.toContain("Skip?");
});

test("a vote passes when somebody leaves, and whose song comes up is told so, and nobody else", async () => {
  await vote(alice);
  await vote(cara);
  await expect.poll(() => tally(bob)).toContain("Skip? (2/3 votes)");
  await bob.hears("Amber");
  await dan.page.getByRole("button", { name: "Leave" }).click();
  await dan.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  for (const person of [host, alice, bob, cara]) await person.hears("Birch"); // a song that is voted out is no turn: Alice’s next one, which she added before Bob his
  await cara.sees("“Amber” was voted out");
  await alice.sees("You are up next: “Cedar”");
  expect(await cara.page.getByText(/You are up next/).count()).toBe(0);
  await expect.poll(() => tally(alice)).not.toContain("Skip?");
});

test("hearts are counted in every order, and decide where votes do", async () => {
  await cara.add("Elm");
  await alice.looksAt("Queue");
  const heart = row(alice, "Elm").getByRole("button", { name: /^Vote for Elm/ });
  await heart.click();
  await expect.poll(() => heart.getAttribute("aria-pressed")).toBe("true");
  await row(bob, "Elm").getByRole("button", { name: "Vote for Elm, 1 vote" }).click();
  await row(host, "Elm").getByRole("button", { name: "Vote for Elm, 2 votes" }).waitFor();
  await row(alice, "Dogwood").getByRole("button", { name: /^Vote for Dogwood/ }).click();
  await host.opensGroupOf("By votes");
  await host.page.getByRole("radio", { name: "By votes" }).check();
  // The one that was moved by hand stays where it is.
  for (const person of [host, alice, bob]) await person.waitsFor(["Cedar", "Elm", "Dogwood"]);
  await bob.page.reload();
  expect(await why(bob, "Elm")).toContain("2 votes: the most wanted goes first.");
  await heart.click();
  await row(host, "Elm").getByRole("button", { name: "Vote for Elm, 1 vote" }).waitFor();
});

test("when the queue runs dry the library goes on, and says so", async () => {
  for (const title of ["Cedar", "Elm", "Dogwood"]) await host.page.getByRole("button", { name: `Remove ${title}` }).click();
  await host.waitsFor([]);
  await host.page.getByRole("button", { name: "Skip this song" }).click();
  await cara.looksAt("Queue");
  await cara.sees(/^Autoplay: /);
});

test("no page complained", () => expect([...world.complaints, ...host.complaints]).toEqual([]));
