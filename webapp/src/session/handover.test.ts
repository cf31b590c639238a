import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Link, LinkHandlers } from "../link/link";
import { HostClock } from "./clock";
import { Connection } from "./connection";
import { handoverWithinMs } from "./handover";
import { far, straight } from "./heartbeat";
import { fakeMember, fakeSeats } from "../testing/host";
import { joined } from "../testing/jam";
import type { LinkStatus } from "./status";
import type { ClientMessage, ServerMessage } from "./wire.gen";

interface Way {
  handlers: LinkHandlers;
  sent: ClientMessage[];
  closed: boolean;
  tell(...messages: ServerMessage[]): void;
}
function world() {
  const ways: Way[] = [];
  const open = (direct: boolean) => (handlers: LinkHandlers): Link => {
    const way: Way = { handlers, sent: [], closed: false, tell: (...messages) => handlers.onMessage(JSON.stringify(messages)) };
    ways.push(way);
    return { sealed: true, direct, send: (frame) => void way.sent.push(JSON.parse(frame) as ClientMessage), close: () => void (way.closed = true) };
  };
  const statuses: LinkStatus[] = [];
  const got: ServerMessage[] = [];
  const seats = fakeSeats();
  const connection = new Connection({
    open: open(false), seats, member: fakeMember(), clock: new HostClock(), random: () => 0, visible: () => true, lastSeq: () => 10,
    onMessages: (messages) => void got.push(...messages), onStatus: (status) => void statuses.push(status),
  });
  connection.start({ display_name: "Sam" });
  const [pipe] = ways as [Way];
  pipe.handlers.onOpen();
  pipe.tell(joined());
  statuses.length = 0;
  return { ways, pipe, open, statuses, got, seats, connection };
}
function trying() {
  const all = world();
  all.pipe.handlers.onBetter?.(all.open(true));
  const better = all.ways[1] as Way;
  better.handlers.onOpen();
  return { ...all, better };
}
const resumed: ServerMessage = { type: "resumed", seq: 10, events: [], resume_token: "token-2" };
const kinds = (way: Way) => way.sent.map(({ type }) => type).filter((type) => type !== "ping");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a better link", () => {
  it("takes the seat while the first goes on", () => {
    const { pipe, better, connection, statuses, got } = trying();
    expect(better.sent).toMatchObject([{ type: "resume", resume_token: "token-1", last_seq: 10 }]);
    void connection.outbox.send({ type: "vote_skip" });
    pipe.tell({ type: "playback", seq: 11, playing: true, position_ms: 0, at_ms: 0, volume: 1 });
    better.tell(resumed);
    expect(got.map(({ type }) => type).slice(-2)).toEqual(["playback", "resumed"]);
    expect(statuses).toEqual([{ phase: "joined", sealed: true }]);
    expect([pipe.closed, better.closed]).toEqual([true, false]);
    expect(kinds(better)).toEqual(["resume", "vote_skip"]);
    pipe.tell({ type: "bye", code: 4002, reason: "replaced", retry: false });
    pipe.handlers.onClose(4002);
    better.tell({ type: "pong", t0: 0, t1: 0 });
    expect(statuses).toHaveLength(1);
  });
  it("that says nothing is dropped after five seconds", () => {
    const { pipe, better, statuses } = trying();
    for (let ms = 0; ms < handoverWithinMs; ms += 500) {
      pipe.tell({ type: "pong", t0: 0, t1: 0 });
      vi.advanceTimersByTime(500);
    }
    expect([pipe.closed, better.closed, statuses.length]).toEqual([false, true, 0]);
  });
  it.each([[4002], [1006], [4000]])("may outlive the first, closed with %d", (code) => {
    const { pipe, better, statuses } = trying();
    pipe.tell({ type: "bye", code, reason: "", retry: true });
    pipe.handlers.onClose(code);
    expect(statuses).toEqual([]);
    better.tell(resumed);
    expect(statuses).toEqual([{ phase: "joined", sealed: true }]);
  });
  it("that fails after the first is gone leads to a new one at once", () => {
    const { pipe, better, statuses, ways } = trying();
    pipe.handlers.onClose(4002);
    better.handlers.onClose(1006);
    expect(statuses).toMatchObject([{ phase: "connecting", back: true }]);
    ways[2]?.handlers.onOpen();
    expect(ways[2]?.sent).toMatchObject([{ type: "resume", resume_token: "token-1" }]);
  });
  it("does not take the seat back from another window that has it since", () => {
    const { pipe, open, ways, seats, statuses } = world();
    pipe.handlers.onBetter?.(open(true));
    seats.write({ resume_token: "theirs", participant_id: "me" });
    pipe.tell({ type: "bye", code: 4002, reason: "replaced", retry: false });
    pipe.handlers.onClose(4002);
    ways[1]?.handlers.onOpen();
    expect([ways[1]?.sent, ways[1]?.closed]).toEqual([[], true]);
    ways[2]?.handlers.onOpen();
    expect([ways[2]?.sent, statuses[statuses.length - 1]]).toMatchObject([[], { phase: "over", over: "replaced" }]);
  });
  it("that refuses the seat is dropped, and the seat stays", () => {
    const { better, statuses, seats } = trying();
    better.tell({ type: "error", code: "not_authorized", message: "" });
    expect(better.closed).toBe(true);
    expect(statuses).toEqual([]);
    expect(seats.read()?.resume_token).toBe("token-1");
  });
  it("does not keep a removed person in", () => {
    const { pipe, better, statuses } = trying();
    pipe.handlers.onClose(4500);
    expect(statuses).toMatchObject([{ phase: "over", over: "kicked" }]);
    expect(better.closed).toBe(true);
  });
});

describe("a direct link that falls silent", () => {
  function silent() {
    const all = trying();
    all.better.tell(resumed);
    all.statuses.length = 0;
    for (let n = 0; n < 3; n++) {
      all.better.tell({ type: "pong", t0: Date.now(), t1: 0 });
      vi.advanceTimersByTime(200);
    }
    vi.advanceTimersByTime(straight.everyMs + straight.withinMs + straight.roundTrips * 200);
    const beside = all.ways[2];
    if (beside === undefined) throw new Error("nothing is opened beside it");
    return { ...all, beside };
  }
  it("is doubted within two seconds, and nothing of it is seen", () => {
    const { better, beside, statuses } = silent();
    expect([better.closed, statuses.length]).toEqual([false, 0]);
    beside.handlers.onOpen();
    expect(beside.sent).toMatchObject([{ type: "resume", resume_token: "token-2" }]);
    beside.tell({ ...resumed, resume_token: "token-3" });
    expect([better.closed, statuses]).toEqual([true, [{ phase: "joined", sealed: true }]]);
  });
  it("may speak again first, and then it stays", () => {
    const { better, beside, statuses } = silent();
    better.tell({ type: "pong", t0: Date.now(), t1: 0 });
    beside.handlers.onOpen();
    expect([beside.sent, beside.closed, better.closed, statuses]).toEqual([[], true, false, []]);
  });
  it("goes on when the pipe does not open either, and is asked again", () => {
    const { better, beside, statuses } = silent();
    const pings = () => better.sent.filter(({ type }) => type === "ping").length;
    const before = pings();
    beside.handlers.onClose(1006);
    expect(pings()).toBe(before + 1);
    expect([better.closed, statuses]).toEqual([false, []]);
  });
  it("is given up when it says nothing then either", () => {
    const { better, beside, ways, statuses } = silent();
    beside.handlers.onClose(1006);
    vi.advanceTimersByTime(straight.withinMs + straight.roundTrips * 200 + straight.everyMs);
    expect([better.closed, ways.length > 3]).toEqual([true, true]);
    expect(statuses[0]).toMatchObject({ phase: "connecting", back: true });
  });
  it.each(["onAway", "onClose"] as const)("is given up when the pipe says that the host is away (%s)", (how) => {
    const { better, beside, statuses } = silent();
    beside.handlers[how]?.(4003);
    expect(better.closed).toBe(true);
    expect(statuses[0]).toMatchObject({ phase: "connecting", back: true });
  });
  it("that dies meanwhile leaves it to the pipe", () => {
    const { better, beside, statuses } = silent();
    better.handlers.onClose(1006);
    beside.handlers.onOpen();
    beside.tell({ ...resumed, resume_token: "token-3" });
    expect(statuses).toEqual([{ phase: "joined", sealed: true }]);
  });
  it("can be taken up again from the pipe that took its place", () => {
    const { beside, open, ways, statuses } = silent();
    beside.handlers.onOpen();
    beside.tell({ ...resumed, resume_token: "token-3" });
    beside.handlers.onBetter?.(open(true));
    const next = ways[3] as Way;
    next.handlers.onOpen();
    expect(next.sent).toMatchObject([{ type: "resume", resume_token: "token-3" }]);
    next.tell({ ...resumed, resume_token: "token-4" });
    next.handlers.onClose(4501);
    expect(statuses[statuses.length - 1]).toMatchObject({ phase: "over", over: "ended" });
  });
});

describe("a link from elsewhere", () => {
  it("that nobody knows the code of is given up after half an hour, and the seat stays", () => {
    const { ways, statuses, seats } = world();
    for (let n = 0; n < 1000 && statuses[statuses.length - 1]?.phase !== "over"; n++) {
      ways[ways.length - 1]?.handlers.onClose(4503, "unsealed");
      vi.advanceTimersByTime(5_000);
    }
    expect(statuses[statuses.length - 1]).toMatchObject({ phase: "over", over: "not_found" });
    expect(seats.read()?.resume_token).toBe("token-1");
  });
  it("is asked every second when it is quiet, and left for another after two more", () => {
    const { pipe, statuses, ways } = world();
    vi.advanceTimersByTime(600);
    pipe.tell({ type: "pong", t0: Date.now(), t1: 0 });
    const pings = () => pipe.sent.filter(({ type }) => type === "ping").length;
    const first = pings();
    vi.advanceTimersByTime(1_500);
    expect(pings()).toBeGreaterThan(first);
    expect(statuses).toEqual([]);
    vi.advanceTimersByTime(far.everyMs + far.withinMs);
    expect(statuses[0]).toMatchObject({ phase: "connecting", back: true });
    expect(ways.length).toBeGreaterThan(1);
  });
  it("needs no ping while the host speaks", () => {
    const { pipe } = world();
    vi.advanceTimersByTime(500);
    const before = pipe.sent.length;
    for (let n = 0; n < 20; n++) {
      pipe.tell({ type: "reaction", from_id: "al", emoji: "🔥" });
      vi.advanceTimersByTime(500);
    }
    expect(pipe.sent.length).toBe(before);
  });
});
