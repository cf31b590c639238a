// @vitest-environment node
// The jam that a page shows is made of frames. Damaged ones are dropped or read, never thrown at the page; and whatever order
// real messages come in, with whatever numbers and texts in them, the page still has a jam to show.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { damaged, rounds, seeded } from "../testing/damage";
import { readFrame } from "./frame";
import { reduce, type JamState } from "./reducer";
import type { ServerMessage } from "./wire.gen";

/** One real message of each kind, with every field and with none, as hostd writes them. */
const golden = join(dirname(fileURLToPath(import.meta.url)), "../../../shared/wire/testdata/golden.txt");
const examples = readFileSync(golden, "utf8").split("\n").flatMap((line) => /^message (.*)/.exec(line)?.[1] ?? []);
const joined = examples.find((text) => text.startsWith('{"type":"joined"')) ?? "";

const texts = ["", "a id", "another", "\0\u202e", "x".repeat(5000), "__proto__", "constructor", "🎉"];
const numbers = [0, -1, 1, 0.5, 2 ** 53, -(2 ** 31), 1e308, 42];

/** The same shape with other numbers, texts and lengths of lists. */
function other(value: unknown, random: () => number, name = ""): unknown {
  const pick = <T,>(from: T[]): T => from[Math.floor(random() * from.length)] as T;
  if (name === "type") return value;
  if (Array.isArray(value)) {
    const all = value.map((one) => other(one, random));
    return random() < 0.2 ? [] : random() < 0.2 ? [...all, ...all] : all;
  }
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, other(one, random, key)]));
  if (random() < 0.6) return value;
  return typeof value === "number" ? pick(numbers) : typeof value === "string" ? pick(texts) : typeof value === "boolean" ? random() < 0.5 : value;
}

describe("hostile frames", () => {
  it("are messages with a type, or nothing", () => {
    expect(examples.length).toBeGreaterThan(30);
    const random = seeded(3);
    for (let n = 0; n < rounds; n++) {
      const frame = damaged(random() < 0.5 ? (examples[n % examples.length] ?? "") : `[${examples[n % examples.length]},null,7,{"type":5}]`, random);
      for (const message of readFrame(frame)) expect(typeof message.type, frame).toBe("string");
    }
    expect(readFrame("[".repeat(1000))).toEqual([]);
  });

  it("in any order leave a jam that can be shown", () => {
    const random = seeded(5);
    const real = examples.map((text) => JSON.parse(text) as ServerMessage);
    let state: JamState | null = null;
    for (let n = 0; n < 2 * rounds; n++) {
      const message = (random() < 0.02 ? JSON.parse(joined) : other(real[Math.floor(random() * real.length)], random)) as ServerMessage;
      const before: JamState | null = state;
      try {
        state = reduce(before, message);
      } catch (error) {
        expect.fail(`${JSON.stringify(message)}: ${String(error)}`);
      }
      if (state === null) continue;
      if (before !== null && message.type !== "joined" && message.type !== "session_update") expect(state.lastSeq, JSON.stringify(message)).toBeGreaterThanOrEqual(before.lastSeq);
      for (const list of [state.upcoming, state.played, state.people, state.chat, state.why, state.pending, state.bans]) expect(Array.isArray(list), JSON.stringify(message)).toBe(true);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    }
    expect(state).not.toBeNull();
  });
});
