import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commands, comeBack, join, kept, setup } from "../testing/connection";
import { added, item, joined } from "../testing/jam";
import { notFoundPatienceMs } from "./closing";
import { handshakeWithinMs } from "./connection";
import { near } from "./heartbeat";
import { mostWaiting, type Outcome } from "./outbox";

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe("joining", () => {
  it("asks with name, key and version, and keeps the token before anyone is told", () => {
    const world = setup();
    world.connection.start({ display_name: "Sam" });
    expect(world.host.last().sent).toEqual([]);
    world.host.last().accept();
    expect(commands(world)).toEqual([{ type: "join_request", display_name: "Sam", join_key: "k".repeat(32), v: 1 }]);
    world.host.last().tell(joined());
    expect(world.seats.read()).toEqual({ resume_token: "token-1", participant_id: "me" });
    expect(world.status()).toEqual({ phase: "joined" });
  });
  it("tries again with the same key when the answer is lost", () => {
    const world = setup();
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    const first = commands(world);
    world.host.last().cut(1006);
    comeBack(world);
    expect(world.host.links).toHaveLength(2);
    expect(commands(world)).toEqual(first);
  });
  it("gives up a silent handshake", () => {
    const world = setup();
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    vi.advanceTimersByTime(handshakeWithinMs);
    expect(world.host.links[0]?.closed).toBe(true);
    expect(world.status()?.phase).toBe("waiting");
  });
  it("does nothing with neither seat nor name", () => {
    const world = setup();
    world.connection.start(null);
    expect(world.host.links).toHaveLength(0);
  });
  it.each([["already_joined", "elsewhere"], ["not_authorized", "denied"], ["bad_request", "refused"]] as const)("%s ends it as %s", (code, over) => {
    const world = setup();
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    world.host.last().tell({ type: "error", code, message: "no" });
    expect(world.status()).toEqual({ phase: "over", over, error: { code, message: "no" }, reason: null });
  });
  it("waits as long as rate_limited says", () => {
    const world = setup();
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    world.host.last().tell({ type: "error", code: "rate_limited", message: "slow", retry_after_ms: 2500 });
    expect(world.status()).toMatchObject({ phase: "waiting", tooFast: true, retryAt: Date.now() + 2500 });
    vi.advanceTimersByTime(2400);
    expect(world.host.links).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(world.host.links).toHaveLength(2);
  });
});

describe("resuming", () => {
  it("a fresh page leaves last_seq out, so that the whole jam comes", () => {
    const world = setup(kept);
    world.connection.start(null);
    world.host.last().accept();
    expect(commands(world)).toEqual([{ type: "resume", resume_token: "old", v: 1 }]);
  });
  it("says what it holds, always with the newest token", () => {
    const world = setup();
    join(world);
    world.host.last().cut(1006);
    comeBack(world);
    expect(commands(world)).toEqual([{ type: "resume", resume_token: "token-1", last_seq: 10, v: 1 }]);
    world.host.last().tell({ type: "resumed", seq: 10, events: [], resume_token: "token-2" });
    world.host.last().cut(1006);
    comeBack(world);
    expect(commands(world)[0]).toMatchObject({ resume_token: "token-2" });
    expect(world.seats.tokens).toEqual(["token-1", "token-2"]);
  });
  it("stores the token also when it comes within an array and something throws later", () => {
    const world = setup(kept);
    world.connection.start(null);
    world.host.last().accept();
    world.host.last().tell({ type: "pong", t0: 0, t1: 0 }, { type: "resumed", seq: 10, events: [], resume_token: "token-9" });
    expect(world.seats.read()).toEqual({ resume_token: "token-9", participant_id: "me" });
  });
  it("an unknown token loses the seat", () => {
    const world = setup(kept);
    world.connection.start(null);
    world.host.last().accept();
    world.host.last().tell({ type: "error", code: "not_authorized", message: "" });
    expect(world.seats.read()).toBeNull();
    expect(world.status()).toMatchObject({ phase: "over", over: "seat_lost" });
  });
  it("an unknown token joins on the same link where the page may", () => {
    const world = setup(kept);
    world.connection.start({ display_name: "Alex", user_token: "host" });
    world.host.last().accept();
    world.host.last().tell({ type: "error", code: "not_authorized", message: "" });
    expect(world.host.links).toHaveLength(1);
    expect(commands(world)[1]).toMatchObject({ type: "join_request", user_token: "host" });
  });
});

describe("commands", () => {
  it("are settled by ack and error of their id", async () => {
    const world = setup();
    join(world);
    const outcomes = [world.connection.outbox.send({ type: "skip" }), world.connection.outbox.send({ type: "play" })];
    const [skip, play] = commands(world).slice(1);
    world.host.last().tell({ type: "error", id: play?.id ?? "", code: "not_authorized", message: "no" }, { type: "ack", id: skip?.id ?? "", seq: 4 });
    await expect(Promise.all(outcomes)).resolves.toEqual([
      { ok: true, seq: 4 }, { ok: false, code: "not_authorized", message: "no", retryAfterMs: null },
    ]);
  });
  it("that mean the song that is heard now are never sent later", async () => {
    const world = setup();
    join(world);
    const sent = world.connection.outbox.send({ type: "vote_skip" });
    world.host.last().cut(1006);
    const unsent = world.connection.outbox.send({ type: "skip" });
    expect(await unsent).toMatchObject({ ok: false, code: "offline" });
    comeBack(world);
    world.host.last().tell({ type: "resumed", seq: 10, events: [], resume_token: "token-2" });
    expect(await sent).toMatchObject({ ok: false, code: "offline" });
    expect(commands(world).map(({ type }) => type)).toEqual(["resume"]);
  });
  it("without an answer are sent again with the same id, once seated", () => {
    const world = setup();
    join(world);
    void world.connection.outbox.send({ type: "add_track", track_id: "t" });
    const id = commands(world)[1]?.id;
    world.host.last().cut(1006);
    void world.connection.outbox.send({ type: "remove_track", queue_item_id: "x" });
    comeBack(world);
    expect(commands(world).map(({ type }) => type)).toEqual(["resume"]);
    world.host.last().tell({ type: "resumed", seq: 10, events: [], resume_token: "token-2" });
    expect(commands(world).slice(1)).toMatchObject([{ type: "add_track", track_id: "t", id }, { type: "remove_track", queue_item_id: "x" }]);
    world.host.last().tell({ type: "ack", id: id ?? "", seq: 11 });
    world.host.last().cut(1006);
    comeBack(world);
    world.host.last().tell({ type: "resumed", seq: 11, events: [], resume_token: "token-3" });
    expect(commands(world).slice(1)).toMatchObject([{ type: "remove_track", queue_item_id: "x" }]);
  });
  it("are bounded while nobody answers", async () => {
    const world = setup();
    join(world);
    world.host.last().cut(1006);
    const sent: Promise<Outcome>[] = [];
    for (let n = 0; n <= mostWaiting; n++) sent.push(world.connection.outbox.send({ type: "skip" }));
    await expect(sent[mostWaiting]).resolves.toMatchObject({ ok: false, code: "offline" });
  });
  it("have ids of their own on each page", () => {
    expect(setup().connection.outbox.nextId()).not.toBe(setup().connection.outbox.nextId());
  });
});

describe("frames", () => {
  it("may be arrays; what is no message is dropped", () => {
    const world = setup();
    join(world);
    world.got.length = 0;
    world.host.last().raw("not json");
    world.host.last().raw('[1,null,"x",{"no":"type"}]');
    world.host.last().tell(added(11, item("a")), { type: "pong", t0: 1, t1: 1 });
    expect(world.got.map(({ type }) => type)).toEqual(["track_added", "pong"]);
  });
  it("of a link that was given up are not read", () => {
    const world = setup();
    join(world);
    const old = world.host.last();
    old.cut(1006);
    world.got.length = 0;
    old.tell({ type: "pong", t0: 1, t1: 1 });
    expect(world.got).toEqual([]);
  });
});

describe("closing", () => {
  it.each([[4000, false], [4001, false], [4003, true], [4099, false], [1006, false], [1001, false]])("%d comes back (host away: %s)", (code, hostAway) => {
    const world = setup();
    join(world);
    world.host.last().cut(code);
    expect(world.status()).toMatchObject({ phase: "waiting", back: true, hostAway });
    comeBack(world);
    expect(world.host.links).toHaveLength(2);
  });
  it.each([[4500, "kicked"], [4501, "ended"], [4502, "denied"], [4504, "full"], [4505, "reload"], [4506, "left"], [4777, "denied"], [4002, "replaced"]])(
    "%d is over: %s", (code, over) => {
      const world = setup();
      join(world);
      world.host.last().cut(code);
      vi.advanceTimersByTime(60_000);
      expect(world.status()).toMatchObject({ phase: "over", over });
      expect(world.host.links).toHaveLength(1);
    });
  it("believes bye more than a cut", () => {
    const world = setup();
    join(world);
    world.host.last().tell({ type: "bye", code: 4500, reason: "kicked", retry: false });
    world.host.last().cut(1006);
    expect(world.status()).toMatchObject({ phase: "over", over: "kicked" });
  });
  it("after 4002 the seat is used here when the person asks", () => {
    const world = setup();
    join(world);
    world.host.last().cut(4002);
    world.seats.write({ resume_token: "of-the-other-window", participant_id: "me" });
    world.connection.start(null);
    world.host.last().accept();
    expect(commands(world)[0]).toMatchObject({ type: "resume", resume_token: "of-the-other-window" });
  });
  it("4503 ends a page without a seat, and is retried for 30 min with one", () => {
    const without = setup();
    without.connection.start({ display_name: "" });
    without.host.last().cut(4503);
    expect(without.status()).toMatchObject({ phase: "over", over: "not_found" });
    const world = setup(kept);
    world.connection.start(null);
    const began = Date.now();
    for (let n = 0; n < 1000 && world.status()?.phase !== "over"; n++) {
      world.host.last().cut(4503);
      vi.advanceTimersByTime(5_000);
    }
    expect(world.status()).toMatchObject({ over: "not_found" });
    expect(Date.now() - began).toBeGreaterThanOrEqual(notFoundPatienceMs);
    expect(Date.now() - began).toBeLessThan(notFoundPatienceMs + 20_000);
  });
  it("waits longer with each failure, 5 s at most", () => {
    const world = setup(kept);
    world.connection.start(null);
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) {
      world.host.last().cut(1006);
      const status = world.status();
      if (status?.phase === "waiting") waits.push(status.retryAt - Date.now());
      vi.advanceTimersByTime(5_000);
    }
    expect(waits).toEqual([300, 500, 900, 1700, 2600, 2600, 2600, 2600]);
  });
});

describe("the life of the page", () => {
  it("tries at once when the network or the page is back", () => {
    const world = setup();
    join(world);
    world.host.last().cut(1006);
    world.connection.wake();
    expect(world.host.links).toHaveLength(2);
  });
  it("says away when it is hidden, and comes back when shown", () => {
    const world = setup();
    join(world);
    world.connection.away();
    expect(world.host.last().sent.slice(-1)).toEqual([{ type: "away" }]);
    vi.advanceTimersByTime(60_000);
    expect(world.host.links).toHaveLength(1);
    world.connection.wake();
    expect(world.host.links).toHaveLength(2);
  });
  it("pings every 10 s while seen, not while hidden", () => {
    const world = setup();
    join(world);
    const pings = () => world.host.last().sent.filter(({ type }) => type === "ping").length;
    const pong = () => world.host.last().tell({ type: "pong", t0: Date.now(), t1: 0 });
    vi.advanceTimersByTime(1_000);
    pong();
    const before = pings();
    vi.advanceTimersByTime(near.everyMs);
    pong();
    expect(pings()).toBe(before + 1);
    world.page.visible = false;
    vi.advanceTimersByTime(3 * near.everyMs);
    expect(pings()).toBe(before + 1);
  });
  it("drops a link that answers nothing for 5 s", () => {
    const world = setup();
    join(world);
    vi.advanceTimersByTime(near.withinMs);
    expect(world.host.links[0]?.closed).toBe(true);
    expect(world.status()).toMatchObject({ phase: "waiting" });
  });
  it("leaves by the button, also without a link", () => {
    const world = setup();
    join(world);
    world.connection.leave();
    expect(commands(world).slice(-1)).toMatchObject([{ type: "leave" }]);
    world.host.last().cut(1006);
    world.connection.leave();
    expect(world.seats.read()).toBeNull();
    expect(world.status()).toMatchObject({ phase: "over", over: "left" });
  });
});
