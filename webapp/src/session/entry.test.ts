import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { comeBack, commands, join, kept, setup, type World } from "../testing/connection";
import { joined } from "../testing/jam";
import { near } from "./heartbeat";

// Who comes in and who does not: members, the waiting room, removal, the end. connection.test.ts has the rest.
beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe("a member", () => {
  it("shows the token when a new seat is taken", () => {
    const world = setup(null, "member-1");
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    expect(commands(world)).toMatchObject([{ type: "join_request", user_token: "member-1" }]);
  });
  it("not any more comes in as a guest, on the same link", () => {
    const world = setup(null, "member-1");
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    world.host.last().tell({ type: "error", code: "not_authorized", message: "" });
    expect(world.member.read()).toBeNull();
    expect(world.host.links).toHaveLength(1);
    expect(commands(world)[1]).toEqual({ type: "join_request", display_name: "Sam", join_key: "k".repeat(32), v: 1 });
    world.host.last().tell({ type: "error", code: "not_authorized", message: "no guests" });
    expect(world.status()).toMatchObject({ phase: "over", over: "denied" });
  });
});

describe("the waiting room", () => {
  const wait = (world: World, position = 2) => {
    world.connection.start({ display_name: "Sam" });
    world.host.last().accept();
    world.host.last().tell({ type: "join_pending", message: "", position });
  };
  it("is no silence: the host takes its time", () => {
    const world = setup();
    wait(world);
    expect(world.status()).toEqual({ phase: "pending" });
    const pong = () => world.host.last().tell({ type: "pong", t0: Date.now(), t1: 0 });
    for (let n = 0; n < 10; n++) {
      vi.advanceTimersByTime(near.withinMs - 1000);
      pong();
    }
    expect(world.status()).toEqual({ phase: "pending" });
    world.host.last().tell({ type: "join_pending", message: "", position: 1 }, joined());
    expect(world.status()).toEqual({ phase: "joined" });
  });
  it("keeps the place by the same key when the link is cut", () => {
    const world = setup();
    wait(world);
    const [asked] = commands(world);
    world.host.last().cut(1006);
    expect(world.status()).toMatchObject({ phase: "waiting", back: false });
    comeBack(world);
    expect(commands(world)).toEqual([asked]);
  });
  it("is left by Cancel, without waiting for an answer", () => {
    const world = setup();
    wait(world);
    world.connection.leave();
    expect(world.host.links[0]?.sent.slice(-1)).toEqual([{ type: "leave" }]);
    expect(world.host.links[0]?.closed).toBe(true);
    expect(world.status()).toMatchObject({ phase: "over", over: "left" });
  });
  it("goes quiet while the page is hidden, without a word that is not allowed yet", () => {
    const world = setup();
    wait(world);
    world.connection.away();
    expect(world.host.links[0]?.sent.some(({ type }) => type === "away")).toBe(false);
    world.connection.wake();
    expect(world.host.links).toHaveLength(2);
  });
  it("ends with a no, and the host's words", () => {
    const world = setup();
    wait(world);
    world.host.last().tell({ type: "join_denied", reason: "Not tonight" }, { type: "bye", code: 4502, reason: "", retry: false });
    world.host.last().cut(1006);
    expect(world.status()).toMatchObject({ phase: "over", over: "turned_away", reason: "Not tonight" });
  });
});

describe("who was removed", () => {
  it("keeps the seat, so that it can be allowed again", () => {
    const world = setup();
    join(world);
    world.host.last().tell({ type: "kicked", reason: "Be kind" });
    world.host.last().cut(4500);
    expect(world.status()).toMatchObject({ phase: "over", over: "kicked", reason: "Be kind" });
    expect(world.seats.read()?.resume_token).toBe("token-1");
  });
  it("is banned on coming back", () => {
    const world = setup(kept);
    world.connection.start(null);
    world.host.last().accept();
    world.host.last().tell({ type: "error", code: "banned", message: "no" }, { type: "bye", code: 4500, reason: "", retry: false });
    world.host.last().cut(4500);
    expect(world.status()).toMatchObject({ phase: "over", over: "banned" });
    expect(world.seats.read()).toEqual(kept);
  });
});

describe("a jam that is over", () => {
  it("keeps the seat for the look back, and does not search for it for half an hour", () => {
    const world = setup();
    join(world);
    world.host.last().tell({ type: "session_ended", seq: 11, reason: "host", recap: null });
    world.host.last().cut(4501);
    expect(world.seats.read()).toEqual({ resume_token: "token-1", participant_id: "me", ended: true });
    world.connection.start(null);
    world.host.last().accept();
    expect(commands(world)[0]).toMatchObject({ type: "resume", resume_token: "token-1" });
    world.host.last().cut(4503);
    expect(world.status()).toMatchObject({ phase: "over", over: "not_found" });
    expect(world.seats.read()).toBeNull();
  });
});

describe("who only watches", () => {
  it("gets no seat", () => {
    const world = setup();
    world.connection.start({ display_name: "TV" });
    world.host.last().accept();
    world.host.last().tell(joined({}, { participant_id: null, resume_token: null }));
    expect(world.status()).toEqual({ phase: "joined" });
    expect(world.seats.read()).toBeNull();
  });
});
