import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inJam } from "../testing/client";
import { added, item, track } from "../testing/jam";
import { HostClock } from "./clock";
import { positionMs } from "./selectors";

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe("adding a song", () => {
  it("shows it at once and lets the event take its place", async () => {
    const { host, client, sent, toasts } = inJam();
    const done = client.add(track("t1"));
    expect(client.view.get().adding).toMatchObject([{ track: { track_id: "t1" } }]);
    const mine = item("q1", "me", { track_id: "t1" });
    host.last().tell(added(11, mine));
    expect(client.view.get().adding).toEqual([]);
    expect(client.view.get().jam?.upcoming).toEqual([mine]);
    host.last().tell({ type: "ack", id: sent("add_track")[0]?.id ?? "", seq: 11 });
    await done;
    expect(toasts()).toEqual(["success: Song t1 is in"]);
  });
  it("takes it back with the host's sentence", async () => {
    const { host, client, sent, toasts } = inJam();
    const done = client.add(track("t1"));
    host.last().tell({ type: "error", id: sent("add_track")[0]?.id ?? "", code: "queue_full", message: "You've reached your song limit" });
    await done;
    expect(client.view.get().adding).toEqual([]);
    expect(toasts()).toEqual(["error: You've reached your song limit"]);
  });
  it("is neither lost nor doubled by a cut", async () => {
    const { host, client, sent } = inJam();
    const done = client.add(track("t1"));
    const id = sent("add_track")[0]?.id ?? "";
    host.last().cut(1006);
    expect(client.view.get().adding).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    host.last().accept();
    host.last().tell({
      type: "resumed", seq: 11, resume_token: "t2",
      events: [added(11, item("q1", "me", { track_id: "t1" }))],
    });
    expect(client.view.get().adding).toEqual([]);
    expect(sent("add_track")).toMatchObject([{ id }]);
    host.last().tell({ type: "ack", id, seq: 11 });
    await done;
    expect(client.view.get().jam?.upcoming).toHaveLength(1);
  });
});

describe("notifications", () => {
  it("of others are shown, one's own are not shown twice", () => {
    const { host, toasts } = inJam();
    const note = (by: string) => ({ type: "notification", kind: "track_added", level: "success", message: `${by} added “X”`, params: { by, track: "“X”" } }) as const;
    host.last().tell(note("alex"), note("Sam"));
    expect(toasts()).toEqual(["success: alex added “X”"]);
  });
  it("that stand elsewhere on the page, or are about oneself, are no toasts", () => {
    const { host, toasts } = inJam();
    host.last().tell(
      { type: "notification", kind: "session_ending", level: "warning", message: "ends", params: { in_seconds: 60 } },
      { type: "notification", kind: "host_transferred", level: "info", message: "Sam is the host now", params: { new_host: "Sam" } },
      { type: "notification", kind: "host_transferred", level: "info", message: "alex is the host now", params: { new_host: "alex" } },
      { type: "notification", kind: "up_next", level: "info", message: "You are up next: “X”", params: { track: "X" } },
    );
    expect(toasts()).toEqual(["info: alex is the host now", "info: You are up next: “X”"]);
  });
  it("replace what they contradict", () => {
    const { client, toasts } = inJam();
    client.notices.show("info", "host", "role");
    client.notices.show("info", "another");
    client.notices.show("info", "no host", "role");
    expect(toasts()).toEqual(["info: another", "info: no host"]);
  });
  it("go by themselves and are three at most", () => {
    const { client, toasts } = inJam();
    for (const n of [1, 2, 3, 4]) client.notices.show("info", `n${n}`);
    expect(toasts()).toEqual(["info: n2", "info: n3", "info: n4"]);
    vi.advanceTimersByTime(6_000);
    expect(toasts()).toEqual([]);
  });
});

describe("search", () => {
  it("asks once per pause and shows only the newest answer", () => {
    const { host, client, sent } = inJam();
    vi.advanceTimersByTime(100);
    const before = sent("search").length;
    for (const q of ["b", "bl", "blu"]) client.search.type(q);
    vi.advanceTimersByTime(100);
    client.search.type("blue");
    vi.advanceTimersByTime(100);
    const asked = sent("search").slice(before);
    expect(asked).toMatchObject([{ q: "blu" }, { q: "blue" }]);
    const answer = (n: number, id: string) => host.last().tell({ type: "search_results", id: asked[n]?.id ?? "", q: id, tracks: [track(id)] });
    answer(1, "blue");
    answer(0, "blu");
    expect(client.search.view.get()).toMatchObject({ q: "blue", answered: "blue", tracks: [{ track_id: "blue" }] });
  });
  it("is cut to 200 characters", () => {
    const { client, sent } = inJam();
    client.search.type("é".repeat(300));
    vi.advanceTimersByTime(100);
    expect(sent("search").slice(-1)).toMatchObject([{ q: "é".repeat(200) }]);
  });
  it("asks again when the host says that it was too fast", () => {
    const { host, client, sent } = inJam();
    client.search.type("x");
    vi.advanceTimersByTime(100);
    const { length } = sent("search");
    host.last().tell({ type: "error", id: sent("search")[length - 1]?.id ?? "", code: "rate_limited", message: "", retry_after_ms: 400 });
    vi.advanceTimersByTime(450);
    expect(sent("search")).toHaveLength(length + 1);
  });
});

describe("the clock", () => {
  it("believes the quickest round trip", () => {
    let now = 0;
    const clock = new HostClock(() => now);
    clock.guess(500);
    expect(clock.now()).toBe(500);
    const trip = (start: number, hostAt: number, end: number) => {
      now = end;
      clock.pong(start, hostAt);
    };
    trip(100, 1_000_300, 500); // 400 ms
    trip(600, 1_000_605, 610); // 10 ms: offset 1 000 000
    trip(700, 1_002_000, 1_500);
    expect(clock.now()).toBe(1_001_500);
    expect(clock.rttMs()).toBe(800);
  });
  it("carries the position on while the song plays, to its end at most", () => {
    const { client } = inJam();
    const { jam } = client.view.get();
    if (jam === null) throw new Error("no jam");
    let now = 0;
    const clock = new HostClock(() => now);
    const playing = { ...jam, current: item("c"), playback: { playing: true, position_ms: 1_000, at_ms: 10_000, volume: 50 } };
    now = 14_000;
    expect(positionMs(playing, clock)).toBe(5_000);
    now = 999_000;
    expect(positionMs(playing, clock)).toBe(200_000);
    expect(positionMs({ ...playing, playback: { ...playing.playback, playing: false } }, clock)).toBe(1_000);
  });
});

describe("one's own votes", () => {
  const back = (host: ReturnType<typeof inJam>["host"]) => {
    host.last().cut(1006);
    vi.advanceTimersByTime(5_000);
    host.last().accept();
    return host.last();
  };
  it("for songs are gone with the seat's ten minutes away, the one to skip is not", async () => {
    const { host, client, sent } = inJam();
    const voted = client.ballot.upvote("q1", true);
    host.last().tell({ type: "ack", id: sent("upvote")[0]?.id ?? "", seq: 11 });
    await voted;
    const skip = client.ballot.voteSkip("q0", true);
    host.last().tell({ type: "ack", id: sent("vote_skip")[0]?.id ?? "", seq: 12 });
    await skip;
    back(host).tell({ type: "resumed", seq: 14, resume_token: "t2", events: [{ type: "participant_left", seq: 13, participant_id: "me" }] });
    expect([client.ballot.view.get().upvotes.size, client.ballot.view.get().skip]).toEqual([0, "q0"]);
  });
  it("to skip is given once by a double tap, though another song plays under its second half", () => {
    const { client, sent } = inJam();
    void client.ballot.voteSkip("q0", true);
    vi.advanceTimersByTime(300);
    void client.ballot.voteSkip("q1", true);
    expect(sent("vote_skip")).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    void client.ballot.voteSkip("q1", true);
    expect(sent("vote_skip")).toHaveLength(2);
  });
  it("to skip is over when the host said so meanwhile", async () => {
    const { host, client, sent } = inJam();
    const skip = client.ballot.voteSkip("q0", true);
    host.last().tell({ type: "ack", id: sent("vote_skip")[0]?.id ?? "", seq: 11 });
    await skip;
    back(host).tell({ type: "resumed", seq: 12, resume_token: "t2", events: [{ type: "skip_vote", seq: 12, queue_item_id: "q0", votes: 0, required: 1, eligible: 1 }] });
    expect(client.ballot.view.get().skip).toBeNull();
  });
});
