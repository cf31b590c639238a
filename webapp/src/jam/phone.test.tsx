import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guestRights, item, joined, person, track } from "../testing/jam";
import { button, click, clientInJam, hasButton, showInJam, type, unmount } from "../testing/render";
import type { FakeLink } from "../testing/host";
import type { JamPermissions, JamQueueItem, ServerMessage } from "../session/wire.gen";
import { NetworkBadge } from "./NetworkBadge";
import { NowPlaying } from "./NowPlaying";
import { SearchTracks } from "./SearchTracks";
import { useUpNext } from "./upNext";
import { Wait } from "./Wait";
import { useWakeLock } from "./wakeLock";

// What a phone is asked for besides the page: its screen, its motor, its lock screen; and what a page does that nobody sees.
let seen: DocumentVisibilityState = "visible";
beforeEach(() => {
  seen = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => seen);
});
afterEach(async () => {
  await unmount();
  vi.useRealTimers();
  for (const name of ["wakeLock", "vibrate", "mediaSession"]) Reflect.deleteProperty(navigator, name);
  vi.unstubAllGlobals();
});
const has = (name: string, value: unknown) => Object.defineProperty(navigator, name, { value, configurable: true });
const show = (state: DocumentVisibilityState) => act(async () => {
  seen = state;
  document.dispatchEvent(new Event("visibilitychange"));
});
const hear = (link: FakeLink, ...messages: ServerMessage[]) => act(async () => link.tell(...messages));
const long = (id: string, by: string | null = "alex"): JamQueueItem => item(id, by, { track_info: track(`t-${id}`, { duration_ms: 150_000 }) });
function jamWith(permissions: JamPermissions = guestRights, queue = [long("c"), long("a"), long("b", "me")]) {
  const people = [person("alex", { role: "host" }), person("me", { permissions })];
  return clientInJam(joined({ queue, current_index: 0, participants: people, playback: { playing: true, position_ms: 0, at_ms: 1_000_000, volume: 1 } }, { permissions }));
}

describe("the screen", () => {
  function lamp() {
    const locks: { released: boolean; release(): Promise<void> }[] = [];
    const request = vi.fn(async () => {
      const lock = { released: false, release: async () => void (lock.released = true) };
      locks.push(lock);
      return lock;
    });
    has("wakeLock", { request });
    return { locks, request };
  }
  const Lamp = ({ on }: { on: boolean }) => (useWakeLock(on), null);
  const lit = (locks: { released: boolean }[]) => locks.map(({ released }) => !released);
  it("is kept on, asked for again after it was taken, and let go", async () => {
    const { locks } = lamp();
    const { client } = jamWith();
    await showInJam(client, <Lamp on={false} />);
    expect(locks).toEqual([]);
    await showInJam(client, <Lamp on />);
    expect(lit(locks)).toEqual([true]);
    await show("visible");
    expect(lit(locks)).toEqual([true]);
    (locks[0] as { released: boolean }).released = true;
    await show("hidden");
    expect(locks).toHaveLength(1);
    await show("visible");
    expect(lit(locks)).toEqual([false, true]);
    await unmount();
    expect(lit(locks)).toEqual([false, false]);
  });
  it("is let go also when the browser answers late", async () => {
    const { locks } = lamp();
    await showInJam(jamWith().client, <Lamp on />);
    await unmount();
    await act(async () => undefined);
    expect(lit(locks)).not.toContain(true);
  });
  it("goes off as ever where the browser refuses, or has no such thing", async () => {
    await showInJam(jamWith().client, <Lamp on />);
    has("wakeLock", { request: async () => Promise.reject(new Error("battery low")) });
    await showInJam(jamWith().client, <Lamp on />);
    await unmount();
  });
});

describe("the motor", () => {
  const Next = () => (useUpNext(), null);
  const gone: ServerMessage = { type: "track_removed", seq: 11, item_id: "a", by: null };
  const motor = () => {
    const vibrate = vi.fn(() => true);
    has("vibrate", vibrate);
    return vibrate;
  };
  it("moves once when one's own song comes to be the next", async () => {
    const vibrate = motor();
    const { client, link } = jamWith();
    await showInJam(client, <Next />);
    await hear(link, gone);
    await hear(link, { type: "track_updated", seq: 12, item_id: "b", upvotes: 1, pinned: false });
    expect(vibrate).toHaveBeenCalledTimes(1);
  });
  it("rests in a pocket, and for who asks for less motion", async () => {
    const vibrate = motor();
    await show("hidden");
    const first = jamWith();
    await showInJam(first.client, <Next />);
    await hear(first.link, gone);
    await show("visible");
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    const second = jamWith();
    await showInJam(second.client, <Next />);
    await hear(second.link, gone);
    expect(vibrate).not.toHaveBeenCalled();
  });
  it("need not be there", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <Next />);
    await hear(link, gone);
  });
});

describe("the lock screen", () => {
  it("shows what plays, with the keys of who may use them", async () => {
    const handlers: Record<string, (() => void) | null> = {};
    const session = { metadata: null as unknown, playbackState: "none", setActionHandler: (act: string, does: (() => void) | null) => void (handlers[act] = does) };
    has("mediaSession", session);
    vi.stubGlobal("MediaMetadata", class { constructor(readonly of: object) {} });
    const { client, link } = jamWith();
    await showInJam(client, <NowPlaying />);
    expect(session).toMatchObject({ metadata: { of: { title: "Song t-c", artist: "Artist t-c" } }, playbackState: "playing" });
    expect(handlers).toEqual({ play: null, pause: null, nexttrack: null });
    await hear(link, { type: "participant_updated", seq: 11, participant: person("me", { permissions: { ...guestRights, can_control: true } }) });
    handlers["pause"]?.();
    expect(link.sent.slice(-1)).toMatchObject([{ type: "pause" }]);
    expect(handlers["nexttrack"]).toBeNull();
    await unmount();
    expect([session.metadata, session.playbackState, handlers["pause"]]).toEqual([null, "none", null]);
  });
});

describe("the wait", () => {
  const waits = () => [...document.querySelectorAll("[data-testid=wait]")].map((one) => one.textContent);
  it("is told in minutes, goes down, and is unknown while the music stands", async () => {
    vi.useFakeTimers({ now: 5_000_000 });
    const { client, link } = jamWith();
    await showInJam(client, <><Wait itemId="a" /><Wait itemId="b" long /></>);
    expect(waits()).toEqual(["in 3 min", "Plays in about 5 min."]);
    await act(async () => vi.advanceTimersByTime(1_000));
    await hear(link, { type: "pong", t0: Date.now(), t1: 1_001_000 });
    await act(async () => vi.advanceTimersByTime(124_000));
    expect(waits()).toEqual(["soon", "Plays in about 3 min."]);
    await hear(link, { type: "playback", seq: 11, playing: false, position_ms: 0, at_ms: 0, volume: 1 });
    expect(waits()).toEqual([]);
  });
  it("wakes no page that is hidden", async () => {
    vi.useFakeTimers({ now: 5_000_000 });
    const { client } = jamWith();
    client.stop();
    vi.clearAllTimers();
    await showInJam(client, <><Wait itemId="a" /><NowPlaying /></>);
    await act(async () => vi.advanceTimersByTime(100));
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await show("hidden");
    expect(vi.getTimerCount()).toBe(0);
    await show("visible");
    expect(vi.getTimerCount()).toBeGreaterThan(0);
  });
});

describe("the badge", () => {
  it("counts down to the next try, for eyes only", async () => {
    vi.useFakeTimers({ now: 5_000_000 });
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const { client, link } = jamWith();
    await showInJam(client, <NetworkBadge />);
    const badge = () => document.querySelector("[data-testid=network-badge]");
    for (let tries = 0; tries < 4; tries++) {
      await act(async () => link.cut(1006));
      await act(async () => vi.advanceTimersByTime(0));
    }
    expect(badge()?.textContent).toMatch(/^Reconnecting…\d s$/);
    expect(badge()?.querySelector("[aria-hidden]:not(.badge-dot)")?.textContent).toMatch(/^\d s$/);
    client.stop();
  });
});

describe("the search", () => {
  const found = (n: number) => Array.from({ length: n }, (_, i) => track(`s${i}`));
  const status = () => document.querySelector(".found")?.textContent;
  const results = () => [...document.querySelectorAll<HTMLElement>("[data-testid=search-result]")].map((one) => one.dataset["trackId"]);
  async function answer(link: FakeLink, tracks: ReturnType<typeof found>) {
    await vi.waitFor(() => expect(link.sent.filter(({ type: kind }) => kind === "search").slice(-1)[0]).toMatchObject({ q: document.querySelector("input")?.value.trim() }));
    const { id = "", q = "" } = link.sent.filter((message) => message.type === "search").slice(-1)[0] ?? {};
    await hear(link, { type: "search_results", id, q, tracks });
  }
  it("says that there may be more than the best, and suggests where there is nothing", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <SearchTracks />);
    await answer(link, found(2));
    const input = document.querySelector("input") as HTMLInputElement;
    await type(input, "e");
    await answer(link, found(30));
    expect([status(), results().length]).toEqual(["The best 30. Type more to find others.", 30]);
    await type(input, "zzz");
    expect(results()).toHaveLength(30);
    await answer(link, []);
    expect([status(), results()]).toEqual(["No song here matches “zzz”.", ["s0", "s1"]]);
    input.blur();
    await click("Clear the search");
    expect([input.value, document.activeElement === input]).toEqual(["", true]);
  });
  it("adds once for two taps, and has what a host does besides", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <SearchTracks extra={({ track: { title } }) => <button type="button">{`Play ${title}`}</button>} />);
    await answer(link, found(1));
    expect(hasButton("Play Song s0")).toBe(true);
    const add = button("Add Song s0");
    await act(async () => (add.click(), add.click()));
    await act(async () => void client.add(track("s0")));
    expect(link.sent.filter(({ type: kind }) => kind === "add_track")).toHaveLength(1);
  });
});

it("songs that cannot be played say why the music stands", async () => {
  const { client, link } = jamWith();
  await showInJam(client, <NowPlaying />);
  const words = () => document.querySelector(".now .eyebrow")?.textContent;
  const fails = (seq: number, id: string): ServerMessage => ({ type: "now_playing", seq, item: long(id), previous: "failed" });
  const plays = (seq: number, playing: boolean): ServerMessage => ({ type: "playback", seq, playing, position_ms: 0, at_ms: 0, volume: 1 });
  await hear(link, fails(11, "a"), plays(12, true), fails(13, "b"), plays(14, true), fails(15, "d"), plays(16, false));
  expect(words()).toBe("Paused: three songs in a row could not be played");
  await hear(link, plays(17, true), plays(18, false));
  expect(words()).toBe("Paused");
});
