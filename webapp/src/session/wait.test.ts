import { describe, expect, it } from "vitest";
import { added, item, joined, track } from "../testing/jam";
import { reduce, type JamState } from "./reducer";
import { becameNext, waitMs } from "./wait";
import type { JamQueueItem, JamSession } from "./wire.gen";

const lasting = (id: string, duration_ms: number, by = "alex") => item(id, by, { track_info: track(id, { duration_ms }) });
const jam = (queue: JamQueueItem[], change: Partial<JamSession> = {}) => reduce(null, joined({ queue, current_index: 0, ...change })) as JamState;

describe("the time until a song plays", () => {
  const queue = [lasting("c", 200_000), lasting("a", 60_000), lasting("b", 30_000), lasting("d", 10_000)];
  it.each([["a", 150_000], ["b", 210_000], ["d", 240_000]])("is what is left of all before it: %s", (id, ms) => expect(waitMs(jam(queue), id, 50_000)).toBe(ms));
  it("is never less than nothing", () => expect(waitMs(jam(queue), "a", 250_000)).toBe(0));
  it.each([
    ["of a song that does not wait", jam(queue), "c"],
    ["while the music stands still", jam(queue, { playback: { playing: false, position_ms: 0, at_ms: 0, volume: 1 } }), "a"],
    ["while nothing plays", jam(queue, { current_index: -1 }), "a"],
    ["behind a song of unknown length", jam([lasting("c", 1000), lasting("a", 0), lasting("b", 5)]), "b"],
  ])("is unknown %s", (_, state, id) => expect(waitMs(state, id, 0)).toBeNull());
});

describe("one's own song is next", () => {
  const before = jam([item("c"), item("a"), item("b", "me")]);
  const after = (state: JamState, ...messages: Parameters<typeof reduce>[1][]) => messages.reduce<JamState | null>(reduce, state) as JamState;
  it("when the one before it goes", () => expect(becameNext(before, after(before, { type: "track_removed", seq: 11, item_id: "a", by: null }))).toBe("b"));
  it("not again, nor when it was before", () => {
    const now = after(before, { type: "track_removed", seq: 11, item_id: "a", by: null });
    expect(becameNext(now, after(now, { type: "track_added", seq: 12, item: item("x"), by: "alex", position: 1, why: { item_id: "x", reason: "added", params: {} } }))).toBeNull();
  });
  it("not another's, nor nobody's", () => {
    expect(becameNext(jam([item("c"), item("b", "me"), item("a")]), before)).toBeNull();
    expect(becameNext(before, jam([item("c")]))).toBeNull();
  });
  it("not when one put it there just now", () => {
    const empty = jam([item("c")]);
    expect(becameNext(empty, after(empty, added(11, item("n", "me"))))).toBeNull();
  });
});
