import type { Browser } from "playwright-core";
import { Guest } from "./guest";
import type { Witness } from "./household";
import type { Network } from "./network";

/** How a guest fared whose address changed. */
export interface Moved {
  /** From the change until a message of the guest's, said after it, is at the host's. */
  outMs: number;
  /** The same for a message from there to the guest. */
  inMs: number;
  /** From the change until the page is there directly again; null when it is not within 20 s. */
  directMs: number | null;
  /** Of both. */
  lost: number;
  doubled: number;
  path: string;
}

/** As many as the chat lets through at once, per person. */
const wordsAfter = 4;
const pauseMs = 1000;
/** Between the last word before the change and the change, at least. */
const settledMs = 1500;
/** Whatever has not come by then is lost. */
const lostAfterMs = 20_000;

/** In the middle of a talk the guest's device gets another address. */
export async function moves(browser: Browser, network: Network, link: string, witness: Witness, nth: number): Promise<Moved> {
  const bob = await Guest.arrives(browser);
  try {
    return await talk(bob, `Bob ${nth}`, network, link, witness);
  } finally {
    await bob.leaves();
  }
}

async function talk(bob: Guest, name: string, network: Network, link: string, witness: Witness): Promise<Moved> {
  const way = await bob.joins(link, name);
  if (way.path !== "direct") throw new Error(`${name} is not there directly before the address changes but ${way.path}`);
  await bob.looksAtChat();
  await listen(bob);
  const words = Array.from({ length: wordsAfter + 1 }, (_, nth) => nth);
  const say = async (nth: number) => {
    witness.says(`to ${name}: ${nth}`);
    await bob.says(`from ${name}: ${nth}`);
  };
  await say(0);
  await witness.hears(({ message }) => message.message === `from ${name}: 0`);
  // The page asks more often in its first second; afterwards the change may come anywhere between two of its questions.
  await new Promise((done) => setTimeout(done, settledMs + Math.random() * pauseMs));
  network.moveGuest();
  const changed = Date.now();
  for (const nth of words.slice(1)) {
    await say(nth);
    await new Promise((done) => setTimeout(done, pauseMs));
  }
  const expected = words.flatMap((nth) => [`to ${name}: ${nth}`, `from ${name}: ${nth}`]);
  const until = changed + lostAfterMs;
  let atBob = await bob.heard();
  while (Date.now() < until && !(complete(expected, said(witness)) && complete(expected, atBob))) {
    await new Promise((done) => setTimeout(done, 200));
    atBob = await bob.heard();
  }
  while (Date.now() < until && (await bob.path()) !== "direct") await new Promise((done) => setTimeout(done, 200));
  const path = await bob.path();
  // Those of before are in the chat, too.
  const lists = [said(witness), atBob].map((list) => list.filter((word) => expected.includes(word)));
  const times = await bob.page.evaluate(() => (window as unknown as { heard: Record<string, number> }).heard);
  return {
    outMs: (witness.chat.find(({ message }) => message.message === `from ${name}: 1`)?.at ?? Infinity) - changed,
    inMs: (times[`to ${name}: 1`] ?? Infinity) - changed,
    directMs: path === "direct" ? Math.max((times[`to ${name}: 1`] ?? Infinity) - changed, await bob.shownSince(path) - changed) : null,
    lost: lists.reduce((sum, list) => sum + expected.filter((word) => !list.includes(word)).length, 0),
    doubled: lists.reduce((sum, list) => sum + list.length - new Set(list).size, 0),
    path,
  };
}

function said(witness: Witness): string[] {
  return witness.chat.map(({ message }) => message.message ?? "");
}

function complete(expected: string[], list: string[]): boolean {
  return expected.every((word) => list.includes(word));
}

/** Notes when each line of the chat appears. */
async function listen(bob: Guest): Promise<void> {
  await bob.page.evaluate(() => {
    const heard: Record<string, number> = {};
    Object.assign(window, { heard });
    const look = () => document.querySelectorAll("[data-testid=chat-line] p").forEach((line) => (heard[line.textContent ?? ""] ??= Date.now()));
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  });
}
