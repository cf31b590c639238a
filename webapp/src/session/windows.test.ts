import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commands, join, setup, type World } from "../testing/connection";
import { near } from "./heartbeat";

// One seat and several windows of one browser: what they know of each other is the token in the storage that they share.
beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const elsewhere = (world: World) => world.seats.write({ resume_token: "theirs", participant_id: "me" });
const open = (world: World) => {
  vi.advanceTimersByTime(5_000);
  world.host.last().accept();
};

describe("a seat that another window took while this one was cut off", () => {
  it("is not taken back by itself", () => {
    const world = setup();
    join(world);
    world.host.last().cut(1006);
    elsewhere(world);
    open(world);
    expect([commands(world), world.status()]).toMatchObject([[], { phase: "over", over: "replaced" }]);
    expect(world.host.last().closed).toBe(true);
  });
  it("is taken back when the person says so", () => {
    const world = setup();
    join(world);
    world.host.last().cut(1006);
    elsewhere(world);
    open(world);
    world.connection.start(null);
    world.host.last().accept();
    expect(commands(world)).toMatchObject([{ type: "resume", resume_token: "theirs" }]);
  });
  it("is taken back by who comes back to a page that went away", () => {
    const world = setup();
    join(world);
    world.connection.away();
    elsewhere(world);
    world.connection.wake();
    world.host.last().accept();
    expect(commands(world)).toMatchObject([{ type: "resume", resume_token: "theirs" }]);
  });
});

it("a seat of this window alone comes back by itself", () => {
  const world = setup();
  join(world);
  world.host.last().cut(1006);
  open(world);
  expect(commands(world)).toMatchObject([{ type: "resume", resume_token: "token-1" }]);
});

describe("a page that nobody sees", () => {
  it("has no timer, and asks at once when it is seen again", () => {
    const world = setup();
    join(world);
    vi.advanceTimersByTime(1_000);
    world.host.last().tell({ type: "pong", t0: Date.now() - 10, t1: 0 });
    world.page.visible = false;
    vi.advanceTimersByTime(near.everyMs);
    expect(vi.getTimerCount()).toBe(0);
    const pings = () => world.host.last().sent.filter(({ type }) => type === "ping").length;
    const before = pings();
    vi.advanceTimersByTime(60 * 60_000);
    expect(pings()).toBe(before);
    world.page.visible = true;
    world.connection.wake();
    expect(pings()).toBe(before + 1);
    world.host.last().tell({ type: "pong", t0: Date.now(), t1: 0 });
    vi.advanceTimersByTime(near.everyMs);
    expect(pings()).toBe(before + 2);
  });
});
