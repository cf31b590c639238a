import { act } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { joined } from "../testing/jam";
import { button, click, show, type, unmount } from "../testing/render";
import { FakeSocket } from "../testing/socket";
import type { Landing } from "../session/wire.gen";
import { GuestApp } from "./GuestApp";
import { parseRoute, pathOf } from "./router";
import { loadSession, loadSoulServer } from "./sessionChunk";

const landing: Landing = {
  name: "Friday", host_name: "Alex", participant_count: 3, current_track: { title: "Tides", artist: "Low Sun" }, is_active: true, state: "active",
};
function answers(status: number, body: unknown) {
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify(body), { status })));
}
async function open(path: string) {
  history.replaceState(null, "", path);
  await show(<GuestApp />);
}
const heading = () => document.querySelector("h1")?.textContent;
const input = () => document.querySelector("input") as HTMLInputElement;
async function join() {
  await open("/jam/hqrs2k4m");
  await click("Join");
  await FakeSocket.last().accept();
  await FakeSocket.last().tell(joined());
  await vi.waitFor(() => expect(document.querySelector("[data-testid=network-badge]")).not.toBeNull());
}

beforeAll(async () => void (await Promise.all([loadSession(), loadSoulServer()])));
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  window.scrollTo = () => undefined;
  answers(200, landing);
});
afterEach(unmount);

describe("addresses", () => {
  it.each([
    ["/", { page: "code" }],
    ["/jam/HQRS-2K4M", { page: "landing", code: "HQRS-2K4M" }],
    ["/jam/hqrs%202k4m/", { page: "landing", code: "HQRS-2K4M" }],
    ["/jam/hqrs2k4m/session", { page: "session", code: "HQRS-2K4M" }],
    ["/jam/ABCD-1234", { page: "not_found" }],
    ["/jam/%E0%A4%A", { page: "not_found" }],
    ["/jam/HQRS-2K4M/other", { page: "not_found" }],
    ["/elsewhere", { page: "code" }],
  ] as const)("%s", (path, route) => expect(parseRoute(path)).toEqual(route));
  it("are written as they are read", () => expect(pathOf({ page: "session", code: "HQRS-2K4M" })).toBe("/jam/HQRS-2K4M/session"));
});

describe("the code page", () => {
  it("goes to the jam", async () => {
    await open("/");
    await type(input(), "hqrs 2k4m");
    await click("Go");
    expect(location.pathname).toBe("/jam/HQRS-2K4M");
  });
  it("says which characters never occur", async () => {
    await open("/");
    await type(input(), "ABCD-1234");
    expect(document.querySelector("[role=alert]")?.textContent).toBe(
      "A code never holds I, L, O, 0 or 1. Look at the 1 again: it must be another character.");
    expect(input().getAttribute("aria-invalid")).toBe("true");
  });
});

describe("the landing page", () => {
  it("says who hosts, what plays, how many are there, and where the music is", async () => {
    await open("/jam/HQRS-2K4M");
    expect(heading()).toBe("Friday");
    for (const text of ["Alex is hosting", "Tides", "Low Sun", "3 people are here", "The music plays at Alex’s"]) expect(document.body.textContent).toContain(text);
  });
  it("joins with the name and remembers it", async () => {
    await open("/jam/HQRS-2K4M");
    await type(input(), " Sam ");
    await click("Join");
    expect(button("Joining…").getAttribute("aria-disabled")).toBe("true");
    expect(FakeSocket.last()).toMatchObject({ url: "ws://localhost:3000/ws/jam/HQRS-2K4M", offered: ["jam.signal.v1", "jam.v1"] });
    await FakeSocket.last().accept();
    expect(FakeSocket.last().sent[0]).toMatchObject({ type: "join_request", display_name: "Sam", v: 1 });
    await FakeSocket.last().tell(joined());
    expect(location.pathname).toBe("/jam/HQRS-2K4M/session");
    expect(localStorage.getItem("jam.name")).toBe("Sam");
    expect(JSON.parse(localStorage.getItem("jam.seat.HQRS-2K4M") ?? "")).toEqual({ resume_token: "token-1", participant_id: "me" });
  });
  it.each([
    [404, "session_not_found", "This jam session doesn’t exist"],
    [410, "session_ended", "This jam session has ended"],
    [503, "host_offline", "The host is away"],
    [502, "", "The host doesn’t answer"],
    [429, "rate_limited", "Too many at once"],
  ])("%d: %s", async (status, code, title) => {
    answers(status, { code, message: "" });
    await open("/jam/HQRS-2K4M");
    expect(heading()).toBe(title);
  });
});

describe("a remembered seat", () => {
  beforeEach(() => localStorage.setItem("jam.seat.HQRS-2K4M", JSON.stringify({ resume_token: "old", participant_id: "me" })));
  it("goes straight in, from the link too", async () => {
    await open("/jam/HQRS-2K4M");
    await FakeSocket.last().accept();
    expect(FakeSocket.last().sent[0]).toEqual({ type: "resume", resume_token: "old", v: 1 });
    await FakeSocket.last().tell(joined());
    expect(location.pathname).toBe("/jam/HQRS-2K4M/session");
  });
  it("that is not known any more leads back to the landing page, with the name", async () => {
    localStorage.setItem("jam.name", "Sam");
    await open("/jam/HQRS-2K4M/session");
    await FakeSocket.last().accept();
    await FakeSocket.last().tell({ type: "error", code: "not_authorized", message: "" });
    expect(location.pathname).toBe("/jam/HQRS-2K4M");
    expect(input().value).toBe("Sam");
    expect(localStorage.getItem("jam.seat.HQRS-2K4M")).toBeNull();
  });
});

describe("in the jam", () => {
  it.each([
    [4002, "This jam is open in another window"],
    [4500, "The host removed you from this jam"],
    [4501, "This jam session has ended"],
    [4504, "This jam is full"],
    [4505, "Please reload the page"],
  ])("close %d: %s", async (code, title) => {
    await join();
    await FakeSocket.last().cut(code);
    expect(heading()).toBe(title);
  });
  it("is used here again when asked", async () => {
    await join();
    await FakeSocket.last().cut(4002);
    await click("Use it here");
    await FakeSocket.last().accept();
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last().sent[0]).toMatchObject({ type: "resume", resume_token: "token-1", last_seq: 10 });
  });
  it("is left after a question", async () => {
    await join();
    await click("Leave");
    const leave = [...document.querySelectorAll<HTMLElement>("[role=dialog] button")][1];
    await act(async () => leave?.click());
    expect(FakeSocket.last().sent.slice(-1)).toMatchObject([{ type: "leave" }]);
    await FakeSocket.last().cut(4506);
    expect(location.pathname).toBe("/jam/HQRS-2K4M");
    expect(button("Join")).toBeTruthy();
  });
});
