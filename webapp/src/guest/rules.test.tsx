import { act } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { guestRights, item, joined, nothing, person, settings } from "../testing/jam";
import { button, click, hasButton, show, unmount } from "../testing/render";
import { FakeSocket } from "../testing/socket";
import { errorSentences, type ErrorCode, type JamPermissions, type JamSettings, type Recap, type ServerMessage } from "../session/wire.gen";
import { GuestApp } from "./GuestApp";
import { rightsNews } from "./rightsNews";
import { loadSession, loadSoulServer } from "./sessionChunk";

// What the rules of the session bring to the guest's pages: the way in, the way out, and what changes in between.
vi.mock("../hosting/HostPanel", () => ({ default: () => <p>the host’s controls</p> }));

const code = "HQRS-2K4M";
const rights: JamPermissions = { ...guestRights, can_vote_skip: true, can_chat: true };
const open_: JamSettings = { ...settings, allow_chat: true, guest_can_skip_vote: true };
const recap: Recap = { track_count: 1, participant_count: 2, duration_ms: 60_000, tracks: [], top_adder: null, top_track: null };

beforeAll(async () => {
  await Promise.all([loadSession(), loadSoulServer(), import("../jam/ChatPanel"), import("../jam/RecapView")]);
});
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
const heading = () => document.querySelector("h1")?.textContent;
const page = () => document.body.textContent ?? "";
const toasts = () => [...document.querySelectorAll("[data-testid=toast] p")].map((one) => one.textContent);
const tell = (...messages: ServerMessage[]) => FakeSocket.last().tell(...messages);
async function open(path = `/jam/${code}`) {
  history.replaceState(null, "", path);
  await show(<GuestApp />);
}
async function ask() {
  await open();
  await click("Join");
  await FakeSocket.last().accept();
}
async function enter(message = joined({ settings: open_, queue: [item("c"), item("a")], current_index: 0 }, { permissions: rights })) {
  await ask();
  const people = message.session.participants.map((one) => (one.id === "me" ? { ...one, permissions: message.permissions } : one));
  await tell({ ...message, session: { ...message.session, participants: people } });
  await until(() => expect(document.querySelector("[data-testid=network-badge]")).not.toBeNull());
}
const until = (check: () => void) => vi.waitFor(async () => {
  await act(async () => undefined);
  check();
});
const bye = (closed: number): ServerMessage => ({ type: "bye", code: closed, reason: "", retry: false });
const mine = (permissions: JamPermissions, change = {}): ServerMessage => ({ type: "participant_updated", seq: 12, participant: person("me", { permissions, ...change }) });

describe("the waiting room", () => {
  const place = () => document.querySelector("[data-testid=place]")?.textContent;
  it("shows the place, live, and goes on by itself", async () => {
    await ask();
    await tell({ type: "join_pending", message: "", position: 3 });
    expect([heading(), place()]).toEqual(["Waiting for the host", "2 people are before you."]);
    await tell({ type: "join_pending", message: "", position: 2 });
    expect(place()).toBe("1 person is before you.");
    await tell({ type: "join_pending", message: "", position: 1 });
    expect(place()).toBe("You’re next.");
    await tell(joined());
    expect(location.pathname).toBe(`/jam/${code}/session`);
  });
  it("stays while the connection is gone, and over a reload", async () => {
    await ask();
    await tell({ type: "join_pending", message: "", position: 1 });
    await FakeSocket.last().cut(1006);
    expect(place()).toBe("The connection is gone. Your place is kept; trying again…");
    const sockets = FakeSocket.all.length;
    await unmount();
    await open();
    expect(FakeSocket.all.length).toBe(sockets + 1);
    await FakeSocket.last().accept();
    expect(FakeSocket.last().sent[0]).toMatchObject({ type: "join_request", join_key: (FakeSocket.all[0]?.sent[0] as { join_key?: string }).join_key });
  });
  it("is left by Cancel, back to the way in", async () => {
    await ask();
    await tell({ type: "join_pending", message: "", position: 1 });
    await click("Cancel");
    expect(FakeSocket.last().sent.slice(-1)).toEqual([{ type: "leave" }]);
    expect(button("Join")).toBeTruthy();
    await unmount();
    FakeSocket.all = [];
    await open();
    expect(FakeSocket.all).toEqual([]);
  });
  it("ends with a no", async () => {
    await ask();
    await tell({ type: "join_pending", message: "", position: 1 }, { type: "join_denied", reason: "Only friends tonight" }, bye(4502));
    await FakeSocket.last().cut(4502);
    expect([heading(), page().includes("Only friends tonight"), hasButton("Try again")]).toEqual(["The host did not let you in", true, false]);
  });
});

describe("every refusal on the way in has its page", () => {
  it.each<[ErrorCode, number | null, string]>([
    ["session_not_found", 4503, "This jam session doesn’t exist"], ["session_ended", 4501, "This jam session has ended"],
    ["session_full", 4504, "This jam is full"], ["not_authorized", 4502, "This jam lets nobody in right now"], ["banned", 4500, "The host removed you from this jam"],
    ["version_unsupported", 4505, "Please reload the page"], ["already_joined", null, "You’re already in this jam"],
    ["bad_request", null, "That did not work"], ["internal", null, "That did not work"],
  ])("%s", async (error, closed, title) => {
    await ask();
    await tell({ type: "error", code: error, message: "" }, ...(closed === null ? [] : [bye(closed)]));
    if (closed !== null) await FakeSocket.last().cut(closed);
    expect(heading()).toBe(title);
    if (title === "That did not work") expect(page()).toContain(errorSentences[error]);
  });
  it("rate_limited says how long", async () => {
    await ask();
    await tell({ type: "error", code: "rate_limited", message: "", retry_after_ms: 2400 });
    expect(page()).toContain("Slow down! Try again in 3 seconds");
  });
  it("host_offline waits", async () => {
    await ask();
    await tell({ type: "error", code: "host_offline", message: "" }, bye(4003));
    await FakeSocket.last().cut(4003);
    expect(page()).toContain("The jam waits for them. This page keeps trying.");
  });
});

describe("who is removed", () => {
  it("is told why, and offered nothing that cannot be", async () => {
    await enter();
    await tell({ type: "kicked", reason: "The host removed you from this jam" }, bye(4500));
    await FakeSocket.last().cut(4500);
    expect([heading(), document.querySelectorAll("button").length, hasButton("Back to the start")]).toEqual(["The host removed you from this jam", 1, true]);
    await unmount();
    await open(`/jam/${code}/session`);
    await FakeSocket.last().accept();
    expect(FakeSocket.last().sent[0]).toMatchObject({ type: "resume", resume_token: "token-1" });
    await tell({ type: "error", code: "banned", message: "" }, bye(4500));
    await FakeSocket.last().cut(4500);
    expect([heading(), page().includes("unless the host lets you in again")]).toEqual(["The host removed you from this jam", true]);
  });
});

describe("the end", () => {
  it.each([
    ["host", "The host ended it. Thanks for the music."], ["host_gone", "The host was away for too long."], ["idle", "Nothing had played for half an hour."],
    ["empty", "Everybody had left."], ["max_duration", "It had gone on for 24 hours."], ["expired", "Its time was up."], ["comet", "Thanks for the music."],
  ])("by %s is said, to those who were there, who come back and who come late", async (reason, sentence) => {
    await enter();
    await tell({ type: "session_ended", seq: 11, reason, recap }, bye(4501));
    await FakeSocket.last().cut(4501);
    expect(heading()).toBe("This jam session has ended");
    expect(page()).toContain(sentence);
    await until(() => expect(page()).toContain("1 song, 2 people, 1 min"));
    await unmount();
    await open();
    await FakeSocket.last().accept();
    expect(FakeSocket.last().sent[0]).toMatchObject({ type: "resume" });
    await tell({ type: "session_ended", seq: 11, reason, recap });
    await tell({ type: "error", code: "session_ended", message: "", end_reason: reason }, bye(4501));
    await FakeSocket.last().cut(4501);
    expect(page()).toContain(sentence);
    await until(() => expect(page()).toContain("1 song, 2 people, 1 min"));
    localStorage.clear();
    answers(410, { code: "session_ended", message: "", end_reason: reason });
    await unmount();
    await open();
    await until(() => expect(page()).toContain(sentence));
  });
  const ending = (reason: string, seq = 11): ServerMessage => ({ type: "session_ending", seq, ending: { reason, ends_at: new Date(Date.now() + 65_000).toISOString() }, state: "ending" });
  const banner = () => document.querySelector("[data-testid=ending]")?.textContent;
  it.each([
    ["host", "The host ends the jam soon.", false], ["idle", "Nothing plays, so the jam ends soon. Do anything here and it goes on.", true],
    ["empty", "Nobody was here, so the jam ends soon. Do anything here and it goes on.", true],
    ["max_duration", "A jam lasts 24 hours at most. This one ends soon.", false], ["expired", "The time of this jam is up. It ends soon.", false],
    ["comet", "The jam ends soon.", false],
  ])("by %s is announced, counted down, and taken back", async (reason, sentence, stoppable) => {
    await enter(joined({ settings: open_ }, { permissions: rights, server_time_ms: Date.now() }));
    await tell(ending(reason));
    expect(banner()).toMatch(new RegExp(`^${sentence.replace(/[.?]/g, "\\$&")} 1:0[456]`));
    expect(hasButton("Keep it going")).toBe(stoppable);
    if (stoppable) {
      const before = FakeSocket.last().sent.length;
      await click("Keep it going");
      // Anything that is asked keeps the jam alive.
      await until(() => expect(FakeSocket.last().sent.slice(before).some(({ type: kind }) => kind !== "ping")).toBe(true));
    }
    await tell({ type: "session_ending", seq: 12, ending: null, state: "active" });
    expect(banner()).toBeUndefined();
  });
});

describe("rights that come and go", () => {
  it("take their buttons along, and one sentence says why", async () => {
    await enter();
    button("Vote to skip").focus();
    await tell({ type: "settings_updated", seq: 11, settings: { ...open_, guest_can_skip_vote: false } }, mine({ ...rights, can_vote_skip: false }));
    expect([hasButton("Vote to skip"), toasts()]).toEqual([false, ["The host turned off voting to skip."]]);
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Now playing");
  });
  it("are told apart: taken from all, or from one", () => {
    const was = { role: "guest", permissions: rights } as const;
    const now = (change: Partial<JamPermissions>) => ({ role: "guest", permissions: { ...rights, ...change } }) as const;
    expect(rightsNews(was, now({}), open_)).toBeNull();
    expect(rightsNews(was, now({ can_chat: false }), open_)).toBe("The host muted you.");
    expect(rightsNews(was, now({ can_chat: false }), { ...open_, allow_chat: false })).toBe("The host turned off the chat.");
    expect(rightsNews(was, now({ can_add_to_queue: false, can_vote_skip: false }), open_)).toBe("The host took from you the right to add songs. The host took from you the right to vote to skip.");
    const control = { can_control: true, can_skip: true, can_reorder: true, can_remove_any: true };
    expect(rightsNews(was, now(control), open_)).toBe("The host lets you play, pause, skip and move songs now.");
    expect(rightsNews(now(control), was, open_)).toBe("Only the host plays, pauses, skips and moves songs now.");
  });
  it("and roles, too", () => {
    const as = (role: "host" | "member" | "guest", permissions = rights) => ({ role, permissions }) as const;
    expect(rightsNews(as("guest"), as("member", nothing), open_)).toMatch(/^The host made you a member/);
    expect(rightsNews(as("member"), as("guest"), open_)).toBe("The host made you a guest again.");
    expect(rightsNews(as("host"), as("member"), open_)).toBe("You are not the host any more.");
  });
});

describe("the chat's place", () => {
  const unread = () => document.querySelector("[data-testid=unread]")?.textContent;
  const line = (n: number): ServerMessage => ({ type: "chat_message", seq: 10 + n, from: "Alex", from_id: "alex", message: `m${n}`, at: `2024-05-01T20:00:0${n}.000Z` });
  const tab = () => document.querySelector<HTMLElement>("nav button:last-child");
  it("says how much is new, and opens", async () => {
    await enter();
    await tell(line(1), line(2));
    expect(unread()).toBe("22 new messages");
    await act(async () => tab()?.click());
    await until(() => expect(document.querySelectorAll("[data-testid=chat-line]")).toHaveLength(2));
    expect(unread()).toBeUndefined();
  });
  it("is not there without the chat, and is not open again when it comes back", async () => {
    await enter();
    await act(async () => tab()?.click());
    await until(() => expect(document.querySelector("textarea")).not.toBeNull());
    await tell({ type: "settings_updated", seq: 11, settings: { ...open_, allow_chat: false } }, mine({ ...rights, can_chat: false }));
    expect([document.querySelector("textarea"), tab()?.textContent]).toEqual([null, "People"]);
    await tell({ type: "settings_updated", seq: 13, settings: open_ }, { ...mine(rights), seq: 14 } as ServerMessage);
    expect(document.querySelector("textarea")).toBeNull();
  });
});

describe("who becomes the host", () => {
  const hosts: JamPermissions = { ...rights, can_kick: true, can_control: true };
  it("is told so, and loads the controls when they are wanted", async () => {
    await enter();
    expect(hasButton("Open the host’s controls")).toBe(false);
    await tell(mine(hosts, { role: "host" }), { type: "granted", role: "host", permissions: hosts }, { type: "join_requested", participant: person("eve") });
    expect(toasts()).toEqual(["You are the host now. The host’s controls are under People."]);
    expect(page()).toContain("1 person waits to come in.");
    await click("Open the host’s controls");
    await until(() => expect(page()).toContain("the host’s controls"));
    await tell({ ...mine(rights, { role: "member" }), seq: 13 } as ServerMessage);
    expect([page().includes("the host’s controls"), toasts().slice(-1)]).toEqual([false, ["You are not the host any more."]]);
  });
  it("keeps a member's token for the next jam", async () => {
    await enter();
    await tell({ type: "granted", role: "member", permissions: rights, user_token: "secret" });
    expect(localStorage.getItem("jam.member")).toBe("secret");
    await unmount();
    localStorage.removeItem(`jam.seat.${code}`);
    await ask();
    expect(FakeSocket.last().sent[0]).toMatchObject({ type: "join_request", user_token: "secret" });
  });
});
