import { act } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { guestRights, item, joined, track } from "../testing/jam";
import { click, show, unmount } from "../testing/render";
import { FakeSocket } from "../testing/socket";
import { limits, type ErrorCode } from "../session/wire.gen";
import { GuestApp } from "./GuestApp";
import { loadSession, loadSoulServer } from "./sessionChunk";

// Each code of the contract (PROTOCOL.md, section 3), wherever a guest can meet it, and the sentence that is read there. The type holds
// that a new code gets its line.
interface Told {
  /** The landing page asks over HTTP: status and heading; null = it is never the answer there. */
  landing: [number, string] | null;
  /** On the way in: the close that follows, and what the page says; null = it cannot come. */
  door: [number | null, string] | null;
  /** A command in the jam is refused: the toast. */
  jam: string;
}
const table: Record<ErrorCode, Told> = {
  session_not_found: { landing: [404, "This jam session doesn’t exist"], door: [limits.closeNotFound, "This jam session doesn’t exist"], jam: "This jam session doesn't exist" },
  session_ended: { landing: [410, "This jam session has ended"], door: [limits.closeEnded, "This jam session has ended"], jam: "This jam session has ended" },
  session_full: { landing: null, door: [limits.closeFull, "This jam is full"], jam: "This jam is full" },
  not_authorized: { landing: null, door: [limits.closeDenied, "This jam lets nobody in right now"], jam: "You don't have permission to do that" },
  already_joined: { landing: null, door: [null, "You’re already in this jam"], jam: "You're already in this jam" },
  track_not_found: { landing: null, door: null, jam: "Song not found" },
  queue_full: { landing: null, door: null, jam: "You've reached your song limit" },
  rate_limited: { landing: [429, "Too many at once"], door: [null, "Slow down! Try again in 3 seconds"], jam: "Slow down! Try again in 3 seconds" },
  bad_request: { landing: null, door: [null, "That message could not be understood"], jam: "That message could not be understood" },
  internal: { landing: [500, "Something went wrong on the host"], door: [null, "Something went wrong on the host"], jam: "Something went wrong on the host" },
  already_active: { landing: null, door: null, jam: "A jam is already running" },
  duplicate_track: { landing: null, door: null, jam: "That song is already in the queue" },
  track_too_long: { landing: null, door: null, jam: "That song is too long for this jam" },
  banned: { landing: null, door: [limits.closeKicked, "The host removed you from this jam"], jam: "The host removed you from this jam" },
  host_offline: { landing: [503, "The host is away"], door: [limits.closeHostAway, "The jam waits for them. This page keeps trying."], jam: "The host is away" },
  version_unsupported: { landing: null, door: [limits.closeBadProtocol, "Please reload the page"], jam: "Please reload the page" },
};
const codes = Object.entries(table) as [ErrorCode, Told][];
const retry = (code: ErrorCode) => (code === "rate_limited" ? { retry_after_ms: 2400 } : {});
const page = () => document.body.textContent ?? "";

beforeAll(async () => void (await Promise.all([loadSession(), loadSoulServer()])));
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  window.scrollTo = () => undefined;
  answers(200, { name: "Friday", host_name: "Alex", participant_count: 3, current_track: null, is_active: true, state: "active" });
});
afterEach(unmount);
function answers(status: number, body: unknown) {
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify(body), { status })));
}
async function open() {
  history.replaceState(null, "", "/jam/HQRS-2K4M");
  await show(<GuestApp />);
}
async function knock() {
  await open();
  await click("Join");
  await FakeSocket.last().accept();
}

describe("the landing page", () => {
  it.each(codes.flatMap(([code, { landing }]) => (landing === null ? [] : [[code, ...landing] as const])))("%s (%d): %s", async (code, status, sentence) => {
    answers(status, { code, message: "" });
    await open();
    expect(page()).toContain(sentence);
  });
  it("asks nobody for patience in words that do not fit", async () => {
    answers(429, { code: "rate_limited", message: "" });
    await open();
    expect(page()).toContain("Wait a moment. This page keeps trying.");
  });
});

describe("the door", () => {
  it.each(codes.flatMap(([code, { door }]) => (door === null ? [] : [[code, ...door] as const])))("%s (%s): %s", async (code, closed, sentence) => {
    await knock();
    await FakeSocket.last().tell(
      { type: "error", code, message: "", ...retry(code) },
      ...(closed === null ? [] : [{ type: "bye", code: closed, reason: "", retry: closed < 4500 } as const]),
    );
    if (closed !== null) await FakeSocket.last().cut(closed);
    expect(page()).toContain(sentence);
  });
  it("that does not open, though the host answers: too many, perhaps", async () => {
    await open();
    await click("Join");
    await FakeSocket.last().cut(1006);
    expect(page()).toContain("Not in yet. Perhaps too many are coming at once. Still trying…");
  });
});

describe("in the jam", () => {
  it.each(codes)("%s takes a song back with its sentence", async (code, { jam }) => {
    await knock();
    await FakeSocket.last().tell(joined({ queue: [item("c")], current_index: 0 }, { permissions: guestRights }));
    await vi.waitFor(() => expect(document.querySelector("[role=search]")).not.toBeNull());
    const sent = (type: string) => FakeSocket.last().sent.filter((message) => message.type === type).slice(-1)[0] as { id: string } | undefined;
    await vi.waitFor(() => expect(sent("search")).toBeDefined());
    await FakeSocket.last().tell({ type: "search_results", id: sent("search")?.id ?? "", q: "", tracks: [track("x")] });
    await click("Add Song x");
    expect(document.querySelectorAll("[data-testid=queue-adding]")).toHaveLength(1);
    await FakeSocket.last().tell({ type: "error", id: sent("add_track")?.id ?? "", code, message: "", ...retry(code) });
    await act(async () => undefined);
    expect(document.querySelectorAll("[data-testid=queue-adding]")).toHaveLength(0);
    expect([...document.querySelectorAll("[data-testid=toast] p")].map((one) => one.textContent)).toEqual([jam]);
  });
});
