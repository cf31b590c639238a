import { afterAll, beforeAll, expect, test } from "vitest";
import type { Guest, Host } from "./world/people";
import { World } from "./world/world";

// Who comes in, who waits for it, and who stays out.
let world: World;
let host: Host;
let link: string;
let [alice, bob, cara]: Guest[] = [];

beforeAll(async () => {
  world = await World.open([{ title: "Doorbell", artist: "Knockers", hz: 300, seconds: 120 }], { args: ["--start", "Door"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  [alice, bob, cara] = [await world.guest(), await world.guest(), await world.guest(1200)];
});
afterAll(() => world.close());

const somebody = (guest: Guest | undefined): Guest => {
  if (guest === undefined) throw new Error("nobody came");
  return guest;
};
const place = (guest: Guest | undefined) => somebody(guest).page.getByTestId("place");
const requests = () => host.page.getByTestId("request");
const count = () => host.page.getByTestId("participant-count").textContent();

test("who asks waits, sees the place in the line, and is not among the people yet", async () => {
  await host.sets("I let each one in", true);
  await somebody(alice).asks(link, "Alice");
  await expect.poll(() => place(alice).textContent()).toBe("You’re next.");
  await somebody(bob).asks(link, "Bob");
  await expect.poll(() => place(bob).textContent()).toBe("1 person is before you.");
  await somebody(cara).asks(link, "Cara");
  await expect.poll(() => place(cara).textContent()).toBe("2 people are before you.");
  await expect.poll(() => requests().allTextContents()).toEqual([expect.stringContaining("Alice"), expect.stringContaining("Bob"), expect.stringContaining("Cara")]);
  expect(await count()).toBe("1 person");
});

test("a reload keeps the place", async () => {
  await somebody(bob).page.reload();
  await expect.poll(() => place(bob).textContent()).toBe("1 person is before you.");
  await expect.poll(() => requests().count()).toBe(3);
});

test("the host lets one in and turns one away; who waits moves up", async () => {
  await host.page.getByRole("button", { name: "Let in Alice" }).click();
  await somebody(alice).nowPlaying.waitFor();
  expect(new URL(somebody(alice).page.url()).pathname).toMatch(/\/session$/);
  await expect.poll(count).toBe("2 people");
  await expect.poll(() => place(bob).textContent()).toBe("You’re next.");
  await host.page.getByRole("button", { name: "Turn away Bob" }).click();
  await somebody(bob).sees("The host did not let you in");
  await expect.poll(() => place(cara).textContent()).toBe("You’re next.");
});

test("who cancels is no request any more, and can ask again", async () => {
  const { page } = somebody(cara);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Join" }).waitFor();
  await expect.poll(() => requests().count()).toBe(0);
  await page.getByRole("button", { name: "Join" }).click();
  await expect.poll(() => requests().count()).toBe(1);
});

test("without the question everybody who waits comes in", async () => {
  await host.sets("I let each one in", false);
  await somebody(cara).nowPlaying.waitFor();
  await expect.poll(count).toBe("3 people");
});

test("who is removed stays out: after a reload, by the link, and under another name from the same address", async () => {
  const { page } = somebody(cara);
  await host.manages("Cara", "Remove…", "Remove");
  await somebody(cara).sees("The host removed you from this jam");
  expect(await page.getByRole("button").allTextContents()).toEqual(["Back to the start"]);
  await page.reload();
  await somebody(cara).sees(/unless the host lets you in again/);
  await page.goto(link);
  await somebody(cara).sees(/unless the host lets you in again/);
  const other = await world.guest();
  await other.asks(link, "Innocent");
  await expect.poll(() => place(other).textContent()).toBe("You’re next.");
  await host.page.getByRole("button", { name: "Turn away Innocent" }).click();
  await other.sees("The host did not let you in");
  await expect.poll(count).toBe("2 people");
});

test("allowed again, the same seat is taken up", async () => {
  await host.page.getByRole("button", { name: "Allow again: Cara" }).click();
  await somebody(cara).page.reload();
  await somebody(cara).nowPlaying.waitFor();
  await expect.poll(async () => (await host.people()).join()).toContain("Cara");
});

test("a jam without guests says so", async () => {
  await host.sets("Guests may come in", false);
  const late = await world.guest();
  await late.asks(link, "Late");
  await late.sees("This jam lets nobody in right now");
});

test("no page complained", () => expect([...world.complaints, ...host.complaints]).toEqual([]));
