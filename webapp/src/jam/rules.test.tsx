import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { added, guestRights, item, joined, nothing, person, settings, why } from "../testing/jam";
import { button, click, clientInJam, hasButton, showInJam, type, unmount } from "../testing/render";
import type { FakeLink } from "../testing/host";
import type { ChatLine, JamPermissions, JamSession, ServerMessage } from "../session/wire.gen";
import { ChatPanel } from "./ChatPanel";
import { NowPlaying } from "./NowPlaying";
import { Queue } from "./Queue";
import { RecapView } from "./RecapView";
import { useUnread } from "./unread";

afterEach(async () => {
  await unmount();
  vi.useRealTimers();
});

const voter: JamPermissions = { ...guestRights, can_vote_skip: true, can_chat: true };
function jamWith(permissions: JamPermissions, more: Partial<JamSession> = {}) {
  const people = [person("alex", { role: "host", display_name: "Alex" }), person("me", { display_name: "Sam", permissions })];
  const queue = [item("c"), item("a", "alex", { upvotes: 2 }), item("b", "me"), item("n", "gone")];
  return clientInJam(joined({ queue, current_index: 0, participants: people, ...more }, { permissions }));
}
const asked = (link: FakeLink) => link.sent.filter(({ type: kind }) => !["join_request", "ping", "search"].includes(kind));
const hear = (link: FakeLink, ...messages: ServerMessage[]) => act(async () => link.tell(...messages));
const vote = (seq: number, votes: number): ServerMessage => ({ type: "skip_vote", seq, queue_item_id: "c", votes, required: 3, eligible: 5 });
const words = () => document.querySelector("[data-testid=skip-vote]")?.textContent;

describe("the vote to skip", () => {
  it("is given and taken back", async () => {
    const { client, link } = jamWith(voter);
    await showInJam(client, <NowPlaying />);
    expect(words()).toBe("Vote to skip");
    await click("Vote to skip");
    await hear(link, vote(11, 3));
    expect(words()).toBe("Take my vote back 3/3Skip? (3/3 votes)");
    await click("Take my vote back 3/3");
    await hear(link, vote(12, 0));
    expect(words()).toBe("Vote to skip");
    expect(asked(link)).toMatchObject([{ type: "vote_skip" }, { type: "unvote_skip" }]);
  });
  it("begins anew with the next song", async () => {
    const { client, link } = jamWith(voter);
    await showInJam(client, <NowPlaying />);
    await click("Vote to skip");
    await hear(link, vote(11, 2), { type: "now_playing", seq: 12, item: item("a"), previous: "skipped" });
    expect(words()).toBe("Vote to skip");
  });
  it("is only watched by who may not vote, and is nothing where nobody does", async () => {
    const { client, link } = jamWith(nothing);
    await showInJam(client, <NowPlaying />);
    expect(words()).toBeUndefined();
    await hear(link, vote(11, 1));
    expect(words()).toBe("Skip? (1/3 votes)");
  });
  it("comes and goes with the right", async () => {
    const { client, link } = jamWith(voter);
    await showInJam(client, <NowPlaying />);
    await hear(link, { type: "participant_updated", seq: 11, participant: person("me", { permissions: nothing }) });
    expect(hasButton("Vote to skip")).toBe(false);
  });
});

describe("reactions", () => {
  const floats = () => [...document.querySelectorAll("[data-testid=reaction]")].map((one) => one.textContent);
  it("are six buttons for who may chat", async () => {
    const { client, link } = jamWith(voter);
    await showInJam(client, <NowPlaying />);
    expect(document.querySelectorAll("[role=group][aria-label=React] button")).toHaveLength(6);
    await click("Applause");
    expect(asked(link)).toMatchObject([{ type: "react", emoji: "👏" }]);
    await hear(link, { type: "participant_updated", seq: 11, participant: person("me", { permissions: nothing }) });
    expect(document.querySelector("[aria-label=React]")).toBeNull();
  });
  it("float, unread, and are gone", async () => {
    vi.useFakeTimers();
    const { client, link } = jamWith(nothing);
    await showInJam(client, <NowPlaying />);
    await hear(link, { type: "reaction", from_id: "alex", emoji: "🎉" });
    expect([floats(), document.querySelector(".floats")?.getAttribute("aria-hidden")]).toEqual([["🎉"], "true"]);
    await act(async () => vi.advanceTimersByTime(3_000));
    expect(floats()).toEqual([]);
  });
});

describe("an upcoming song", () => {
  const row = (id: string) => document.querySelector<HTMLElement>(`[data-item-id=${id}]`) as HTMLElement;
  const open = (id: string) => act(async () => row(id).querySelector<HTMLElement>("[aria-expanded]")?.click());
  const told = (id: string) => row(id).querySelector(".row-why")?.textContent.trim();
  it("is wished for with a heart, and not any more", async () => {
    const { client, link } = jamWith(nothing);
    await showInJam(client, <Queue />);
    expect(button("Vote for Song t-a, 2 votes").getAttribute("aria-pressed")).toBe("false");
    await click("Vote for Song t-a, 2 votes");
    await hear(link, { type: "track_updated", seq: 11, item_id: "a", upvotes: 3, pinned: false });
    expect(button("Vote for Song t-a, 3 votes").getAttribute("aria-pressed")).toBe("true");
    await click("Vote for Song t-a, 3 votes");
    expect(asked(link)).toMatchObject([{ type: "upvote", queue_item_id: "a" }, { type: "unupvote", queue_item_id: "a" }]);
  });
  it.each([
    ["a", why("a", { reason: "turn", params: { turn: 2 } }), "Alex’s 2nd turn: whoever had fewer goes first."],
    ["b", why("b", { reason: "turn", params: { turn: 11 } }), "Your 11th turn: whoever had fewer goes first."],
    ["n", why("n", { reason: "turn", params: { turn: 1 } }), "Someone’s 1st turn: whoever had fewer goes first."],
    ["a", why("a", { reason: "votes", params: { votes: 2 } }), "2 votes: the most wanted goes first."],
    ["b", why("b", { reason: "votes" }), "No votes yet: in the order of adding."],
    ["a", why("a", { reason: "pinned" }), "Moved here by hand."],
    ["a", why("a"), "First come, first served."],
    ["a", why("x"), "The host did not say why it stands here."],
    ["a", why("a", { reason: "comet" }), "The host did not say why it stands here."],
  ])("says why it stands where it does: %s, %o", async (id, reason, sentence) => {
    // While the music stands still nobody knows when.
    const playback = { playing: false, position_ms: 0, at_ms: 0, volume: 80 };
    await showInJam(jamWith(nothing, { playback, queue_order: { order: [], why: [reason] } }).client, <Queue />);
    expect([told(id), row(id).querySelector("[aria-expanded]")?.getAttribute("aria-expanded")]).toEqual(["", "false"]);
    await open(id);
    expect([told(id), row(id).querySelector("[aria-expanded]")?.getAttribute("aria-expanded")]).toEqual([sentence, "true"]);
    await open(id);
    expect(told(id)).toBe("");
  });
  it("from the library is marked, waiting and playing, and nobody's own", async () => {
    const { client, link } = jamWith(guestRights, { queue: [item("c", null)], current_index: 0 });
    await showInJam(client, <><NowPlaying /><Queue /></>);
    expect(document.querySelector(".now-by")?.textContent).toBe("Autoplay");
    await hear(link, added(11, item("r", null)));
    expect(row("r").textContent).toContain("Autoplay");
    expect(row("r").dataset["mine"]).toBe("false");
  });
});

describe("the chat", () => {
  const line = (n: number, from_id = "alex"): ChatLine => ({ from: from_id, from_id, message: `m${n}`, at: `2024-05-01T20:00:${String(n).padStart(2, "0")}.000Z` });
  const lines = () => [...document.querySelectorAll("[data-testid=chat-line]")].map((one) => one.textContent);
  const field = () => document.querySelector("textarea") as HTMLTextAreaElement;
  const talk = { settings: { ...settings, allow_chat: true } };
  it("shows who said what, text as text", async () => {
    const { client, link } = jamWith(voter, { ...talk, chat: [line(1), { ...line(2, "me"), message: "<img src=x>" }] });
    const app = await showInJam(client, <ChatPanel />);
    expect(lines()).toEqual([expect.stringMatching(/^alex .*m1$/), expect.stringMatching(/^You .*<img src=x>$/)]);
    await hear(link, { type: "chat_message", seq: 11, ...line(3) });
    expect(lines()).toHaveLength(3);
    expect(app.querySelectorAll("img")).toHaveLength(0);
    expect(app.querySelector("[role=log]")?.getAttribute("tabindex")).toBe("0");
  });
  it("says what was typed, and keeps the words of who was too quick", async () => {
    const { client, link } = jamWith(voter, talk);
    await showInJam(client, <ChatPanel />);
    await click("Send");
    await type(field(), "  hello  ");
    await click("Send");
    expect([asked(link), field().value]).toMatchObject([[{ type: "chat", message: "hello" }], ""]);
    await hear(link, { type: "error", id: asked(link)[0]?.id ?? "", code: "rate_limited", message: "", retry_after_ms: 900 });
    expect(field().value).toBe("hello");
    await act(async () => field().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })));
    expect(asked(link)).toHaveLength(2);
  });
  it("tells the limit before it is reached, in characters as people count them", async () => {
    const { client, link } = jamWith(voter, talk);
    await showInJam(client, <ChatPanel />);
    const status = () => document.querySelector(".chat-say [role=status]")?.textContent;
    await type(field(), "x".repeat(399));
    expect(status()).toBe("");
    await type(field(), "🎉".repeat(420));
    expect(status()).toBe("80 characters left");
    await type(field(), "x".repeat(502));
    expect(status()).toBe("2 characters too many");
    await click("Send");
    expect(asked(link)).toEqual([]);
    expect(button("Send").getAttribute("aria-disabled")).toBe("true");
  });
  it("of who is muted is read, with the reason", async () => {
    const { client, link } = jamWith(voter, talk);
    await showInJam(client, <ChatPanel />);
    await hear(link, { type: "granted", role: "guest", permissions: nothing }, { type: "chat_message", seq: 11, ...line(1) });
    expect(field()).toBeNull();
    expect(document.body.textContent).toContain("The host has muted you. You can read what others write.");
    expect(lines()).toHaveLength(1);
  });
  it("counts what is new while it is closed", async () => {
    const Count = ({ open }: { open: boolean }) => <p>{useUnread(open)}</p>;
    const { client, link } = jamWith(voter, { ...talk, chat: [line(1)] });
    const app = await showInJam(client, <Count open={false} />);
    expect(app.textContent).toBe("0");
    await hear(link, { type: "chat_message", seq: 11, ...line(2) }, { type: "chat_message", seq: 12, ...line(3, "me") }, { type: "chat_message", seq: 13, ...line(4) });
    expect(app.textContent).toBe("2");
  });
});

describe("the look back", () => {
  it("says how much, who, and what", async () => {
    const track = (title: string, change = {}) => ({ title, artist: "", added_by: "Alex", upvotes: 0, skipped: false, ...change });
    const best = track("Tides", { upvotes: 4, artist: "Low Sun" });
    const recap = { track_count: 2, participant_count: 6, duration_ms: 8_040_000, tracks: [best, track("Reef", { added_by: null, skipped: true })], top_adder: { name: "Alex", tracks: 1 }, top_track: best };
    await showInJam(jamWith(nothing).client, <RecapView recap={recap} />);
    const text = document.querySelector("[data-testid=recap]")?.textContent;
    for (const sentence of ["2 songs, 6 people, 2 h 14 min", "Alex chose the most: 1 song.", "Most wanted: “Tides”, with 4 votes.", "Low Sun · Added by Alex", "Unknown artist · Autoplay · skipped"]) expect(text).toContain(sentence);
    await showInJam(jamWith(nothing).client, <RecapView recap={{ ...recap, track_count: 0, tracks: [], top_adder: null, top_track: null, duration_ms: 50_000 }} />);
    expect(document.querySelector("[data-testid=recap]")?.textContent).toBe("0 songs, 6 people, 1 min");
  });
});
