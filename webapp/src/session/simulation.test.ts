// @vitest-environment node
// A host and fifty guests do what they like for 10,000 steps (hostd/jam/simulate_test.go):
// every browser is fed what it got, through joins, lost connections and restarts, and every
// 100 steps must show the jam as the host has it. The evenings are those of hostd/jam/testdata/seeds,
// or the one that JAM_SEED names.
import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { reduce, type JamState } from "./reducer";
import type { JamParticipant, JamSession, ServerMessage } from "./wire.gen";

interface Check {
  session: JamSession;
  present: string[];
  pending: JamParticipant[];
  bans: JamParticipant[];
  hosts: string[];
}

type Line = { begin: true } | { gone: string } | { check: Check } | { to?: string[]; m: ServerMessage };

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const folder = mkdtempSync(join(tmpdir(), "jam-simulation-"));
const file = join(folder, "browsers.jsonl");
const kept = readFileSync(join(root, "hostd/jam/testdata/seeds"), "utf8").split("\n").flatMap((line) => /^\d+/.exec(line)?.[0] ?? []);
const seeds = process.env["JAM_SEED"]?.split(" ") ?? kept;

const byId = <T extends { id: string }>(all: T[]): T[] => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));

/** What a snapshot and a browser must agree on. Who left is in neither; a song's name is. */
function fromHost({ session, present, pending, bans }: Check, hosts: boolean) {
  const current = session.queue[session.current_index] ?? null;
  const { playing, position_ms, at_ms, volume } = session.playback;
  return {
    queue: session.queue.map((item) => item.id),
    items: session.queue,
    current: current?.id ?? null,
    people: byId(session.participants.filter((person) => present.includes(person.id))),
    peopleCount: session.participant_count,
    settings: session.settings,
    state: session.state,
    ending: session.ending,
    playback: { playing, position_ms, at_ms, volume },
    skipVote: session.skip_vote,
    chat: session.chat,
    why: session.queue_order.why,
    pending: hosts ? byId(pending) : [],
    bans: hosts ? byId(bans) : [],
  };
}

function fromBrowser(state: JamState, { present, session }: Check) {
  const items = [...state.played, ...(state.current === null ? [] : [state.current]), ...state.upcoming];
  const place = new Map(session.queue_order.order.map((id, index) => [id, index]));
  return {
    queue: items.map((item) => item.id),
    items,
    current: state.current?.id ?? null,
    people: byId(state.people.filter((person) => present.includes(person.id))),
    peopleCount: state.peopleCount,
    settings: state.settings,
    state: state.state,
    ending: state.ending,
    playback: state.playback,
    skipVote: state.skipVote,
    chat: state.chat,
    why: [...state.why].sort((a, b) => (place.get(a.item_id) ?? -1) - (place.get(b.item_id) ?? -1)),
    pending: byId(state.pending),
    bans: byId(state.bans),
  };
}

describe("a simulated evening", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(seeds)("shows every browser the host's jam (seed %s)", { timeout: 120_000 }, async (seed) => {
    execFileSync("go", ["test", "./hostd/jam", "-run", "^TestSimulation$", "-count=1", `-seed=${seed}`, `-browsers=${file}`], { cwd: root, stdio: "pipe" });
    const browsers = new Map<string, JamState | null>();
    const online = new Set<string>();
    let checks = 0;
    let messages = 0;
    let number = 0;
    const hear = (name: string, message: ServerMessage) => {
      messages += 1;
      browsers.set(name, reduce(browsers.get(name) ?? null, message));
    };
    const take = (line: Line) => {
      if ("begin" in line) {
        browsers.clear();
        online.clear();
      } else if ("gone" in line) {
        online.delete(line.gone);
      } else if ("check" in line) {
        for (const name of online) {
          const state = browsers.get(name);
          if (state == null) throw new Error(`line ${number}: ${name} knows nothing`);
          expect(fromBrowser(state, line.check), `line ${number}, ${name}`).toEqual(fromHost(line.check, line.check.hosts.includes(name)));
          checks += 1;
        }
      } else {
        const { to, m } = line;
        if (to !== undefined && (m.type === "joined" || m.type === "resumed")) for (const name of to) online.add(name);
        for (const name of to ?? online) hear(name, m);
      }
    };
    for await (const text of createInterface({ input: createReadStream(file) })) {
      number += 1;
      take(JSON.parse(text) as Line);
    }
    console.log(`${checks} browsers compared, ${messages} messages reduced, seed ${seed}`);
    expect(checks).toBeGreaterThan(500);
  });
});
