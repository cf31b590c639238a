import { describe, expect, it } from "vitest";
import { clientInJam } from "../testing/render";
import { joined, nothing, person, session } from "../testing/jam";
import { hasMore, shortened } from "./people";
import { reduce, type JamState } from "./reducer";
import type { JamParticipant, ServerMessage } from "./wire.gen";

/** Guests by number, in the order of their coming. */
const guests = (from: number, to: number): JamParticipant[] => Array.from({ length: to - from }, (_, i) => person(`g${from + i}`));
const alex = person("alex", { role: "host" });
const me = person("me");

/** 250 people: the host, 248 guests and, last of all, this seat. */
const crowd = joined({ participants: [alex, ...guests(0, 100), me], participant_count: 250 });
const pages: ServerMessage[] = [
  { type: "participants", offset: 0, total: 250, participants: [alex, ...guests(0, 99)] },
  { type: "participants", offset: 100, total: 250, participants: guests(99, 199) },
  { type: "participants", offset: 200, total: 250, participants: [...guests(199, 248), me] },
];
function after(...messages: ServerMessage[]): JamState {
  const state = [crowd, ...messages].reduce<JamState | null>(reduce, null);
  if (state === null) throw new Error("no state");
  return state;
}
const listed = (state: JamState) => [state.people.length, state.peopleCount, hasMore(state)];

describe("a crowd", () => {
  it("is counted by the host, without a seq", () => {
    const state = after({ type: "participant_count", count: 312 });
    expect(state).toMatchObject({ peopleCount: 312, lastSeq: 10 });
    expect(listed(state)).toEqual([102, 312, true]);
  });
  it("that shrank without being told by name may be listed anew", () => {
    expect(hasMore(after({ type: "participant_count", count: 60 }))).toBe(true);
    expect(hasMore(after({ type: "participant_count", count: 60 }, { type: "session_update", session: session() }))).toBe(false);
  });
  it("names who comes into sight later, without counting them twice", () => {
    const state = after({ type: "participant_updated", seq: 11, participant: person("g170", { display_name: "Jo" }) });
    expect(state.names["g170"]).toBe("Jo");
    expect(listed(state)).toEqual([103, 250, true]);
  });
});

describe("the host's list", () => {
  it("comes in pages that continue each other, each person once", () => {
    expect(listed(after(...pages.slice(0, 1)))).toEqual([101, 250, true]);
    expect(listed(after(...pages.slice(0, 2)))).toEqual([201, 250, true]);
    const state = after(...pages);
    expect(listed(state)).toEqual([250, 250, false]);
    expect(new Set(state.people.map(({ id }) => id)).size).toBe(250);
    expect(state.people.slice(0, 3).map(({ id }) => id)).toEqual(["alex", "me", "g0"]);
    expect(state.names["g247"]).toBe("g247");
  });
  it("forgets with its first page who left unseen", () => {
    const state = after({ type: "participant_count", count: 101 }, { type: "participants", offset: 0, total: 101, participants: [alex, ...guests(1, 100)] });
    expect(state.people.some(({ id }) => id === "g0")).toBe(false);
  });
  it("that was whole is asked for anew when some have left unseen", () => {
    const state = after(...pages, { type: "participant_count", count: 120 });
    expect(listed(state)).toEqual([250, 120, true]);
    const anew: ServerMessage = { type: "participants", offset: 0, total: 120, participants: [alex, ...guests(130, 229)] };
    expect(listed(must(reduce(state, anew)))).toEqual([101, 120, true]);
  });
  it("takes of a page that is late only the count", () => {
    expect(listed(after(...pages.slice(1)))).toEqual([102, 250, true]);
    expect(listed(after(...pages.slice(0, 2), { type: "participants", offset: 100, total: 251, participants: guests(99, 199) }))).toEqual([201, 251, true]);
  });
  it("stays whole while people come and go", () => {
    const come = after(...pages, { type: "participant_joined", seq: 11, participant: person("new") });
    expect(listed(come)).toEqual([251, 251, false]);
    const gone = must(reduce(come, { type: "participant_left", seq: 12, participant_id: "g3" }));
    expect(listed(gone)).toEqual([250, 250, false]);
    expect(hasMore(must(reduce(gone, { type: "participant_count", count: 251 })))).toBe(true);
    // Those whom only the count tells of are asked for.
    expect(hasMore(after(...pages, { type: "participant_count", count: 260 }))).toBe(true);
  });
  it("is short again for who comes back to it, with oneself and the host", () => {
    const state = shortened(after(...pages));
    expect(listed(state)).toEqual([102, 250, true]);
    expect(state.people.slice(0, 2).map(({ id }) => id)).toEqual(["alex", "me"]);
    expect(shortened(state)).toBe(state);
  });
});

describe("the client", () => {
  const asked = (link: { sent: { type: string }[] }) => link.sent.filter(({ type }) => type === "list_participants");
  it("asks for the first two pages at once, then one by one", async () => {
    const { client, link } = clientInJam(crowd);
    void client.morePeople();
    expect(asked(link)).toMatchObject([{ offset: 0 }, { offset: 100 }]);
    link.tell(...pages.slice(0, 2));
    void client.morePeople();
    expect(asked(link)).toMatchObject([{ offset: 0 }, { offset: 100 }, { offset: 200 }]);
    client.stop();
  });
  it("shows no toast for who comes and goes in a crowd, but all others", () => {
    const notice = (kind: string, message: string): ServerMessage => ({ type: "notification", kind, level: "info", message, params: {} });
    const told = [notice("participant_joined", "Jo joined"), notice("participant_left", "Jo left"), notice("track_added", "Jo added “Song”")];
    const many = clientInJam(crowd);
    many.link.tell(...told);
    expect(many.client.notices.view.get().map(({ text }) => text)).toEqual(["Jo added “Song”"]);
    const few = clientInJam(joined());
    few.link.tell(...told);
    expect(few.client.notices.view.get()).toHaveLength(3);
    for (const { client } of [many, few]) client.stop();
  });
  it("still takes its own rights from participant_updated", () => {
    expect(after({ type: "participant_updated", seq: 11, participant: person("me", { permissions: nothing }) }).permissions).toEqual(nothing);
  });
});

function must(state: JamState | null): JamState {
  if (state === null) throw new Error("no state");
  return state;
}
