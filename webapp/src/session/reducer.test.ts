import { describe, expect, it } from "vitest";
import { added, guestRights, item, joined, nothing, person, session, settings } from "../testing/jam";
import { reduce, type JamState } from "./reducer";
import type { ServerMessage } from "./wire.gen";

const queue = [item("p1", "alex", { played_at: "2024-05-01T20:01:00.000Z" }), item("c"), item("a"), item("b", "me"), item("d")];
const start = (): JamState => must(reduce(null, joined({ queue, current_index: 1 })));
function must(state: JamState | null): JamState {
  if (state === null) throw new Error("no state");
  return state;
}
const after = (...messages: ServerMessage[]) => must(messages.reduce<JamState | null>(reduce, start()));
const ids = (items: { id: string }[]) => items.map(({ id }) => id).join(" ");

describe("a snapshot", () => {
  it("is split at the current item", () => {
    const state = start();
    expect([ids(state.played), state.current?.id, ids(state.upcoming)]).toEqual(["p1", "c", "a b d"]);
    expect(state).toMatchObject({ code: "HQRS-2K4M", me: "me", lastSeq: 10, peopleCount: 2, ended: null });
  });
  it("without a current item tells past from future by the time of playing", () => {
    const state = must(reduce(null, joined({ queue: [queue[0] ?? item("x"), item("a")], current_index: -1 })));
    expect([ids(state.played), state.current, ids(state.upcoming)]).toEqual(["p1", null, "a"]);
  });
  it("in session_update replaces everything but the seat, and keeps old names", () => {
    const state = must(reduce(start(), { type: "session_update", session: session({ seq: 40, participants: [person("me")], queue: [] }) }));
    expect(state).toMatchObject({ me: "me", lastSeq: 40, current: null, upcoming: [] });
    expect(state.names["alex"]).toBe("alex");
  });
});

describe("the order of events", () => {
  it("passes over what is old", () => {
    const state = start();
    expect(reduce(state, { type: "track_removed", seq: 10, item_id: "a", by: null })).toBe(state);
    expect(reduce(state, { type: "track_removed", seq: 3, item_id: "a", by: null })).toBe(state);
  });
  it("takes gaps and counts unknown events", () => {
    expect(after({ type: "track_removed", seq: 25, item_id: "a", by: null })).toMatchObject({ lastSeq: 25 });
    const unknown = { type: "firework", seq: 12 } as unknown as ServerMessage;
    expect(ids(after(unknown).upcoming)).toBe("a b d");
    expect(after(unknown).lastSeq).toBe(12);
  });
  it("ignores everything before a snapshot", () => {
    expect(reduce(null, { type: "track_removed", seq: 25, item_id: "a", by: null })).toBeNull();
  });
  it("applies the events of resumed once, and takes its seq", () => {
    const events: ServerMessage[] = [
      { type: "track_removed", seq: 9, item_id: "b", by: null },
      { type: "track_removed", seq: 11, item_id: "a", by: null },
    ];
    const state = after({ type: "resumed", seq: 14, events, resume_token: "t" });
    expect([ids(state.upcoming), state.lastSeq]).toEqual(["b d", 14]);
  });
});

describe("each event", () => {
  const played = "2024-05-01T20:05:00.000Z";
  const next = item("a", "alex", { played_at: played });
  it.each<[string, ServerMessage, Partial<JamState> | ((state: JamState) => void)]>([
    ["track_added at its place", added(11, item("n", "me"), 1), (s) => expect(ids(s.upcoming)).toBe("a n b d")],
    ["track_added beyond the end", added(11, item("n", "me"), 99), (s) => expect(ids(s.upcoming)).toBe("a b d n")],
    ["track_removed", { type: "track_removed", seq: 11, item_id: "b", by: "me" }, (s) => expect(ids(s.upcoming)).toBe("a d")],
    ["track_removed of what is gone", { type: "track_removed", seq: 11, item_id: "zzz", by: "me" }, (s) => expect(ids(s.upcoming)).toBe("a b d")],
    ["track_updated", { type: "track_updated", seq: 11, item_id: "b", upvotes: 3, pinned: true }, (s) => expect(s.upcoming[1]).toMatchObject({ upvotes: 3, pinned: true })],
    ["queue_order", { type: "queue_order", seq: 11, order: ["d", "zzz", "b", "d"], why: [] }, (s) => expect(ids(s.upcoming)).toBe("d b a")],
    ["queue_update", { type: "queue_update", seq: 11, queue: [item("c"), item("z")] }, (s) => expect([s.current?.id, ids(s.upcoming)]).toEqual(["c", "z"])],
    ["now_playing", { type: "now_playing", seq: 11, item: next, previous: "finished" }, (s) => {
      expect([ids(s.played), s.current?.id, ids(s.upcoming)]).toEqual(["p1 c", "a", "b d"]);
      expect(s.playback).toMatchObject({ position_ms: 0, at_ms: Date.parse(played) });
    }],
    ["now_playing of nothing", { type: "now_playing", seq: 11, item: null, previous: "skipped" }, (s) => {
      expect([ids(s.played), s.current, s.playback.playing]).toEqual(["p1 c", null, false]);
    }],
    ["playback", { type: "playback", seq: 11, playing: false, position_ms: 7, at_ms: 8, volume: 9 }, { playback: { playing: false, position_ms: 7, at_ms: 8, volume: 9 } }],
    ["settings_updated", { type: "settings_updated", seq: 11, settings: { ...settings, guest_can_add: false } }, (s) => expect(s.settings.guest_can_add).toBe(false)],
    ["participant_joined", { type: "participant_joined", seq: 11, participant: person("jo") }, (s) => {
      expect([s.peopleCount, s.people.length, s.names["jo"]]).toEqual([3, 3, "jo"]);
    }],
    ["participant_updated", { type: "participant_updated", seq: 11, participant: person("alex", { connected: false }) }, (s) => {
      expect([s.peopleCount, s.people[0]?.connected]).toEqual([2, false]);
    }],
    ["participant_updated of oneself brings the rights", { type: "participant_updated", seq: 11, participant: person("me", { permissions: nothing }) }, { permissions: nothing }],
    ["participant_left, whose name stays known", { type: "participant_left", seq: 11, participant_id: "alex" }, (s) => {
      expect([s.peopleCount, s.people.length, s.names["alex"]]).toEqual([1, 1, "alex"]);
    }],
    ["host_status paused", { type: "host_status", seq: 11, status: "paused", since: played }, { state: "paused" }],
    ["session_ended", { type: "session_ended", seq: 11, reason: "host", recap: null }, { state: "ended", ended: "host" }],
  ])("%s", (_name, message, want) => {
    const state = after(message);
    expect(state.lastSeq).toBe(11);
    if (typeof want === "function") want(state);
    else expect(state).toMatchObject(want);
  });
  it("keeps at most 20 played items", () => {
    let state: JamState = start();
    for (let n = 0; n < 30; n++) state = must(reduce(state, { type: "now_playing", seq: 11 + n, item: item(`n${n}`), previous: "finished" }));
    expect(state.played).toHaveLength(20);
  });
  it.each<ServerMessage>([
    { type: "pong", t0: 1, t1: 2 },
    { type: "notification", kind: "x", level: "info", message: "m", params: {} },
    { type: "ack", id: "1", seq: 99 },
  ])("%s changes nothing in the queue", (message) => expect(ids(after(message).upcoming)).toBe("a b d"));
  it("an ack that comes before its event does not hide it", () => {
    const state = after({ type: "ack", id: "1", seq: 11 }, added(11, item("n", "me"), 3));
    expect(ids(state.upcoming)).toBe("a b d n");
  });
  it("gives everyone their own rights from joined", () => expect(start().permissions).toEqual(guestRights));
});
