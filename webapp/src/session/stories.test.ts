// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { nothing, session } from "../testing/jam";
import { defaults, orderOf, rightsOf, soundsOf, unquoted } from "../testing/spelling";
import { Tellings } from "../testing/tellings";
import { reduce, type JamState } from "./reducer";
import { whyOf } from "./selectors";
import type { JamParticipant, JamSettings, ServerMessage } from "./wire.gen";

// The stories that the host's core is tested with (hostd/jam/script_test.go says how they are written): what the core
// answered is told to the reducer of the pages, as one would hear it who may see everything; whatever a story then
// shows of the jam must be what the page knows. Go proves that the answers are true.
const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../hostd/jam/testdata");
const isStory = (name: string) => name.endsWith(".txt") && /^jam( |$)/m.test(readFileSync(join(folder, name), "utf8"));
const files = readdirSync(folder).filter(isStory);

/** Fewer checks than this, and the stories are not read any more. */
const atLeast = 40;
let checked = 0;

describe("the stories of the host's core", () => {
  it("are there", () => expect(files.length).toBeGreaterThan(10));
  it.each(files)("%s", (name) => {
    let told: Telling | null = null;
    const text = readFileSync(join(folder, name), "utf8");
    const paragraphs = text.trim().split("\n\n");
    paragraphs.forEach((paragraph, index) => {
      const [before = "", answers = ""] = `${paragraph}\n`.split("\n----\n");
      // A jam may begin within a paragraph: its answers begin with the first event.
      const jams = parts(before.split("\n").filter((line) => line !== "" && !line.startsWith("#")), isJam);
      const answered = parts(answers.split("\n").filter((line) => line !== ""), (line) => line.startsWith("1 participant_joined "));
      expect(answered, paragraph).toHaveLength(jams.length);
      jams.forEach((commands, at) => {
        if (isJam(commands[0] ?? "")) told = new Telling(commands[0] ?? "", restOfJam(paragraphs, index));
        if (told === null) throw new Error(`${name}: a story begins without a jam`);
        told.hear(commands, answered[at] ?? []);
      });
    });
  });
  afterAll(() => {
    console.log(`${checked} shows of ${files.length} stories agree with the reducer`);
    expect(checked).toBeGreaterThanOrEqual(atLeast);
  });
});

const isJam = (line: string) => /^jam( |$)/.test(line);

/** Cuts before every line that begins something. */
function parts(lines: string[], begins: (line: string) => boolean): string[][] {
  const cut: string[][] = [[]];
  for (const line of lines) {
    if (begins(line) && (cut[cut.length - 1] ?? []).length > 0) cut.push([]);
    cut[cut.length - 1]?.push(line);
  }
  return cut;
}

function restOfJam(paragraphs: string[], index: number): string {
  const next = paragraphs.findIndex((other, at) => at > index && /^jam( |$)/m.test(other));
  return paragraphs.slice(index, next < 0 ? undefined : next).join("\n");
}

/** Of one jam of a story: what was said, and what the reducer made of it. */
class Telling {
  private readonly words: Tellings;
  private state: JamState;
  /** A part of what was said is left out: from there on nobody can follow. */
  private lost = false;

  constructor(jam: string, story: string) {
    const changed = jam === "jam" ? {} : (JSON.parse(jam.slice(4)) as Partial<JamSettings>);
    this.words = new Tellings(changed, (name) => story.includes(`old ${name}`));
    const empty = session({ settings: { ...defaults, ...changed }, participants: [], participant_count: 0, state: "created", seq: 0 });
    const state = reduce(null, { type: "joined", session: empty, participant_id: "host", permissions: nothing, resume_token: "t", server_time_ms: 0 });
    if (state === null) throw new Error("no state");
    this.state = state;
  }

  hear(commands: string[], answers: string[]): void {
    const lines = [...answers];
    for (const command of commands) {
      const show = /^show ([a-z]+)/.exec(command)?.[1];
      if (show === undefined) continue;
      while (lines[0] !== undefined && isAnswer(lines[0])) this.take(lines.shift() ?? "");
      const block = blockOf(show, lines);
      const check = checks[show];
      if (this.lost || check === undefined) continue;
      check(this.state, block, this.words, `${command}: ${block.join(" | ")}`);
      checked += 1;
    }
    for (const line of lines) this.take(line);
  }

  private take(line: string): void {
    if (line === "…") this.lost = true;
    if (this.lost || /^(ok|watches|[=!] .*)$/.test(line)) return;
    const message: ServerMessage | null = line.startsWith("~ ") ? this.words.passing(line) : this.words.event(line);
    if (message !== null) this.state = reduce(this.state, message) ?? this.state;
  }
}

/** Answers begin with their seq or a sign; whatever is shown does not. */
function isAnswer(line: string): boolean {
  return /^(\d+ [a-z]+_[a-z_]+|\d+ playback |[~=!] |ok$|watches$|…$)/.test(line);
}

/** How the lines of each show end; the others are one line. */
const ends: Record<string, RegExp> = {
  queue: /^order:/, people: /^participant_count /, crowd: /^participant_count /, state: /^position /, chat: / messages$/,
  waiting: /^\d+ people$/, bans: /^\d+ people$/, admissible: /^\d+ people$/,
};

function blockOf(show: string, lines: string[]): string[] {
  const end = ends[show];
  if (end !== undefined) return lines.splice(0, lines.findIndex((line) => end.test(line)) + 1);
  const block = lines.splice(0, 1);
  if (show === "page" || show === "history") while (/^(\S+ to \S+|\d\d:\d\d:\d\d |ended )/.test(lines[0] ?? "")) block.push(lines.shift() ?? "");
  return block;
}

type Check = (state: JamState, block: string[], words: Tellings, what: string) => void;

const checks: Record<string, Check> = {
  queue(state, block, words, what) {
    const row = (sign: string, id: string, track: string, by: string | null) => `${sign} ${id} ${track} by ${by ?? "autoplay"}`;
    const want = block.slice(0, -1).map((line) => {
      const m = /^([> ]) (#\d+) (\S+) by (.+)$/.exec(line);
      if (m === null) throw new Error(`nobody can read: ${line}`);
      return row(m[1] ?? "", m[2] ?? "", m[3] ?? "", m[4] === "autoplay" ? null : words.idOf(m[4] ?? ""));
    });
    const rows = (sign: string, items: JamState["upcoming"]) => items.map((one) => row(sign, one.id, one.track_id, one.added_by));
    expect([...rows(" ", state.played), ...rows(">", state.current === null ? [] : [state.current]), ...rows(" ", state.upcoming)], what).toEqual(want);
    const { order, why } = orderOf((block[block.length - 1] ?? "").slice("order:".length));
    expect(state.upcoming.map(({ id }) => id), what).toEqual(order);
    expect(order.map((id) => whyOf(state, id)), what).toEqual(why);
  },
  people(state, block, words, what) {
    const want = block.slice(0, -1).map((line) => {
      const m = /^((?:old )?\S+) (host|member|guest) ("(?:[^"\\]|\\.)*") (here|away), may (\S+)$/.exec(line);
      if (m === null) throw new Error(`nobody can read: ${line}`);
      const call = m[1] ?? "";
      return words.hasLeft(call) ? [] : [{ id: words.idOf(call), role: m[2], name: unquoted(m[3] ?? ""), here: m[4] === "here", permissions: rightsOf(m[5] ?? "") }];
    });
    const known = state.people.map(({ id, role, display_name, connected, permissions }) => ({ id, role, name: display_name, here: connected, permissions }));
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect(known.sort(byId), what).toEqual(want.flat().sort(byId));
    expect(`participant_count ${state.peopleCount}`, what).toBe(block[block.length - 1]);
  },
  state(state, [line = ""], _words, what) {
    const m = /^([a-z]+) active=(true|false) seq (\d+), (.*)$/.exec(line);
    expect([state.state, state.state !== "ended", state.lastSeq], what).toEqual([m?.[1], m?.[2] === "true", Number(m?.[3])]);
    expect(state.playback, what).toMatchObject(soundsOf(m?.[4] ?? "") ?? { nobody: "can read it" });
  },
  chat(state, block, words, what) {
    const want = block.slice(0, -1).map((line) => {
      const m = /^((?:old )?\S+) ("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*")$/.exec(line);
      return [words.idOf(m?.[1] ?? ""), unquoted(m?.[2] ?? "\"\""), unquoted(m?.[3] ?? "\"\"")];
    });
    expect(state.chat.map(({ from_id, from, message }) => [from_id, from, message]), what).toEqual(want);
  },
  vote(state, [line = ""], words, what) {
    expect(state.skipVote, what).toEqual(line === "no vote" ? null : (words.vote(line) ?? `nobody can read: ${line}`));
  },
  waiting: (state, block, words, what) => door(state.pending, block, words, what),
  bans: (state, block, words, what) => door(state.bans, block, words, what),
};

function door(people: JamParticipant[], block: string[], words: Tellings, what: string): void {
  const want = block.slice(0, -1).map((line) => {
    const m = /^\d+\. ((?:old )?\S+) ("(?:[^"\\]|\\.)*") (here|away)$/.exec(line);
    return [words.idOf(m?.[1] ?? ""), unquoted(m?.[2] ?? "\"\"")];
  });
  expect(people.map(({ id, display_name }) => [id, display_name]), what).toEqual(want);
}
