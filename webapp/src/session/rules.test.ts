import { describe, expect, it } from "vitest";
import { added, guestRights, item, joined, nothing, person, session, why } from "../testing/jam";
import { reduce, type JamState } from "./reducer";
import { isMine, isMuted, mayHost, skipVoteOf, whyOf } from "./selectors";
import { limits, type JoinedMessage, type ServerMessage } from "./wire.gen";

// What the rules of the session bring to the reducer; reducer.test.ts has the queue and the people.
const queue = [item("c"), item("a"), item("b", "me")];
const reasons = [why("a", { reason: "turn", params: { turn: 1 } }), why("b", { reason: "votes", params: {} })];
const base = { queue, current_index: 0, queue_order: { order: ["a", "b"], why: reasons } };
function start(more: Partial<JoinedMessage> = {}): JamState {
  return must(reduce(null, joined(base, more)));
}
function must(state: JamState | null): JamState {
  if (state === null) throw new Error("no state");
  return state;
}
const after = (...messages: ServerMessage[]) => must(messages.reduce<JamState | null>(reduce, start()));
const vote = (votes: number): ServerMessage => ({ type: "skip_vote", seq: 11, queue_item_id: "c", votes, required: 3, eligible: 5 });
const hosts = { ...guestRights, can_kick: true };

describe("a vote to skip", () => {
  it("is counted, and over with no votes", () => {
    expect(after(vote(2)).skipVote).toEqual({ queue_item_id: "c", votes: 2, required: 3, eligible: 5 });
    expect(after(vote(2), { ...vote(0), seq: 12 }).skipVote).toBeNull();
  });
  const overs: ServerMessage[] = [
    { type: "now_playing", seq: 12, item: item("a"), previous: "skipped" }, { type: "now_playing", seq: 12, item: null, previous: "skipped" },
    { type: "session_ended", seq: 12, reason: "host", recap: null },
  ];
  it.each(overs)("is over with the item: %s", (message: ServerMessage) => expect(after(vote(2), message).skipVote).toBeNull());
  it("of another item than the one that plays is not shown", () => {
    expect(skipVoteOf(after(vote(1)))?.votes).toBe(1);
    expect(skipVoteOf(after({ ...vote(1), queue_item_id: "old" } as ServerMessage))).toBeNull();
  });
});

describe("why an item stands where it does", () => {
  it("comes with the snapshot, with each new item, and anew with an order", () => {
    expect(whyOf(start(), "a")).toEqual(reasons[0]);
    const pinned = why("n", { reason: "pinned" });
    expect(whyOf(after({ ...added(11, item("n"), 1), why: pinned }), "n")).toEqual(pinned);
    expect(after({ type: "queue_order", seq: 11, order: ["b", "a"], why: [pinned] }).why).toEqual([pinned]);
  });
  it("goes with the item", () => {
    expect(whyOf(after({ type: "track_removed", seq: 11, item_id: "a", by: null }), "a")).toBeNull();
    expect(whyOf(after({ type: "now_playing", seq: 11, item: item("a") }), "a")).toBeNull();
  });
  it("by votes follows the votes, also when nothing moves", () => {
    expect(whyOf(after({ type: "track_updated", seq: 11, item_id: "b", upvotes: 2, pinned: false }), "b")?.params).toEqual({ votes: 2 });
    expect(whyOf(after({ type: "track_updated", seq: 11, item_id: "a", upvotes: 2, pinned: false }), "a")).toEqual(reasons[0]);
  });
});

describe("chat", () => {
  const line = (n: number): ServerMessage => ({ type: "chat_message", seq: 10 + n, from: "Alex", from_id: "alex", message: `m${n}`, at: "2024-05-01T20:00:00.000Z" });
  it("is kept as long as the host keeps it", () => {
    const state = after(...Array.from({ length: limits.chatKept + 20 }, (_, n) => line(n + 1)));
    expect([state.chat.length, state.chat[0]?.message, state.chat[limits.chatKept - 1]?.message]).toEqual([limits.chatKept, "m21", `m${limits.chatKept + 20}`]);
  });
  it("comes with a snapshot", () => {
    const chat = [{ from: "Alex", from_id: "alex", message: "hi", at: "" }];
    expect(after({ type: "session_update", session: session({ seq: 40, chat }) }).chat).toEqual(chat);
  });
  it("is taken from one person or from all", () => {
    const state = start({ permissions: nothing });
    const muted = { ...state, permissions: nothing, settings: { ...state.settings, allow_chat: true } };
    expect([isMuted(muted), isMuted({ ...muted, settings: { ...muted.settings, allow_chat: false } })]).toEqual([true, false]);
  });
});

describe("the end", () => {
  const ending = { reason: "idle", ends_at: "2024-05-01T21:00:00.000Z" };
  it("is announced and taken back", () => {
    const announced: ServerMessage = { type: "session_ending", seq: 11, ending, state: "ending" };
    expect(after(announced)).toMatchObject({ ending, state: "ending" });
    expect(after(announced, { type: "session_ending", seq: 12, ending: null, state: "active" })).toMatchObject({ ending: null, state: "active" });
  });
  it("comes with a snapshot, and ends the announcement", () => {
    expect(must(reduce(null, joined({ ending, state: "ending" }))).ending).toEqual(ending);
    expect(after({ type: "session_ended", seq: 11, reason: "idle", recap: null })).toMatchObject({ ended: "idle", state: "ended", ending: null });
  });
});

describe("who stands at the door", () => {
  const eve = person("eve");
  const start2 = (more: Partial<JoinedMessage> = {}) => start({ pending: [eve], bans: [person("mal")], permissions: hosts, ...more });
  const then = (...messages: ServerMessage[]) => must(messages.reduce<JamState | null>(reduce, start2()));
  const ids = (people: { id: string }[]) => people.map(({ id }) => id);
  it("is told to hosts only", () => {
    expect([start().pending, start().bans]).toEqual([[], []]);
    expect([ids(start2().pending), ids(start2().bans)]).toEqual([["eve"], ["mal"]]);
  });
  it("asks, and keeps the place while the page is closed", () => {
    const state = then({ type: "join_requested", seq: 11, participant: person("fay") }, { type: "join_requested", seq: 12, participant: person("eve", { connected: false }) });
    expect(state.pending.map(({ id, connected }) => [id, connected])).toEqual([["eve", false], ["fay", true]]);
    expect(state.peopleCount).toBe(2);
  });
  it("comes in", () => {
    const state = then({ type: "participant_joined", seq: 11, participant: eve });
    expect([state.pending, state.peopleCount, ids(state.people)]).toEqual([[], 3, ["alex", "me", "eve"]]);
  });
  it("is turned away, which changes nothing among the people", () => {
    const state = then({ type: "participant_left", seq: 11, participant_id: "eve" });
    expect([state.pending, state.peopleCount, state.people.length]).toEqual([[], 2, 2]);
  });
  it("is banned once, and not any more", () => {
    const banned: ServerMessage = { type: "participant_banned", seq: 11, participant: person("alex") };
    expect(ids(then(banned, { ...banned, seq: 12 }).bans)).toEqual(["mal", "alex"]);
    expect(then({ type: "participant_unbanned", seq: 11, participant_id: "mal" }).bans).toEqual([]);
  });
  it("stays known over a resynchronisation, and is forgotten with the rights", () => {
    expect(ids(then({ type: "session_update", session: session({ seq: 40 }) }).pending)).toEqual(["eve"]);
    expect(then({ type: "granted", role: "member", permissions: guestRights }).pending).toEqual([]);
    // A console that handed over keeps its rights, and goes on hearing who comes.
    expect(ids(then({ type: "granted", role: "member", permissions: hosts }).pending)).toEqual(["eve"]);
  });
});

describe("what oneself is", () => {
  it("is granted, with the rights", () => {
    const state = after({ type: "granted", role: "host", permissions: hosts, user_token: "t" });
    expect([state.permissions, mayHost(state), state.people.find(({ id }) => id === "me")]).toMatchObject([hosts, true, { role: "host", permissions: hosts }]);
    expect(mayHost(start())).toBe(false);
  });
  it("is nobody for who only watches", () => {
    const state = start({ participant_id: null, resume_token: null });
    expect([state.me, mayHost(state), isMine(state, item("x", null))]).toEqual([null, false, false]);
  });
  it("wakes a jam that was only created", () => {
    const created = must(reduce(null, joined({ state: "created" })));
    expect(reduce(created, { type: "participant_joined", seq: 11, participant: person("alex2", { role: "host" }) })?.state).toBe("created");
    expect(reduce(created, { type: "participant_joined", seq: 11, participant: person("jo") })?.state).toBe("active");
  });
});
