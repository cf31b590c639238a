import { act } from "react";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { FakeLink } from "../testing/host";
import { joined, person } from "../testing/jam";
import { button, click, clientInJam, hasButton, showInJam, unmount } from "../testing/render";
import { JamToasts } from "../jam/JamToasts";
import type { JamParticipant } from "../session/wire.gen";
import { keepFocus } from "../ui/focus";
import { RequestBell } from "./RequestBell";
import { Requests } from "./Requests";

beforeEach(() => {
  document.title = "Friday · Soul Jam";
});
afterEach(unmount);

// joined() is at 1,000 s on the host's clock.
const asks = (id: string, secondsAgo = 0, change: Partial<JamParticipant> = {}) =>
  person(id, { display_name: id.toUpperCase(), joined_at: new Date(1_000_000 - secondsAgo * 1000).toISOString(), ...change });
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid=request]")];
const words = () => rows().map((row) => row.querySelector(".request-words")?.textContent);
const toasts = () => [...document.querySelectorAll("[data-testid=toast]")].map((toast) => toast.textContent);
const answers = (link: FakeLink) => link.sent.filter(({ type }) => type === "approve_join" || type === "deny_join");
async function open(pending: JamParticipant[]) {
  const { client, link } = clientInJam(joined({}, { pending }));
  await showInJam(client, <><RequestBell /><Requests /><JamToasts /></>);
  return link;
}

it("takes no room while nobody asks", async () => {
  await open([]);
  expect([document.querySelector(".requests"), document.title]).toEqual([null, "Friday · Soul Jam"]);
});

it("says who asks, how long they wait, and whether their page is closed", async () => {
  await open([asks("bob", 185), asks("eve", 20, { connected: false })]);
  expect(document.querySelector("h2")?.textContent).toBe("2 people want to join");
  expect(words()).toEqual(["BOBwaits for 3 min", "EVEjust now · page closed"]);
});

it("somebody who asks is said in the live region, and counted in the title whatever it becomes", async () => {
  const link = await open([]);
  await act(async () => link.tell({ type: "join_requested", seq: 11, participant: asks("bob") }));
  expect([toasts(), document.title]).toEqual([["BOB wants to join"], "(1) Friday · Soul Jam"]);
  expect(document.querySelector("[data-testid=toast]")?.closest("[aria-live=polite]")).toBeTruthy();
  await act(async () => void (document.title = "Tides · Friday"));
  expect(document.title).toBe("(1) Tides · Friday");
  await act(async () => link.tell({ type: "join_requested", seq: 12, participant: asks("bob", 0, { connected: false }) }));
  expect([toasts().length, words()]).toEqual([1, ["BOBjust now · page closed"]]);
  await act(async () => link.tell({ type: "join_requested", seq: 13, participant: asks("eve") }, { type: "join_requested", seq: 14, participant: asks("kim") }));
  expect([toasts()[1], document.title]).toEqual(["2 people want to join", "(3) Tides · Friday"]);
  await act(async () => link.tell(...["bob", "eve", "kim"].map((id, i) => ({ type: "participant_left" as const, seq: 15 + i, participant_id: id }))));
  expect([rows().length, document.title]).toEqual([0, "Tides · Friday"]);
});

it("approves and denies one, once", async () => {
  const link = await open([asks("bob"), asks("eve")]);
  await click("Let in BOB");
  await click("Let in BOB");
  await click("Turn away EVE");
  expect(answers(link)).toMatchObject([{ type: "approve_join", participant_id: "bob" }, { type: "deny_join", participant_id: "eve" }]);
  expect(button("Turn away BOB").getAttribute("aria-disabled")).toBe("true");
  await act(async () => link.tell({ type: "participant_joined", seq: 11, participant: person("bob") }, { type: "participant_left", seq: 12, participant_id: "eve" }));
  expect([rows().length, document.querySelector(".requests")]).toEqual([0, null]);
});

it.each([["Let all in", "approve_join"], ["Turn all away", "deny_join"]] as const)("%s answers each who still waits", async (all, type) => {
  const link = await open([asks("bob"), asks("eve"), asks("kim")]);
  await click("Let in EVE");
  await click(all);
  expect(answers(link)).toMatchObject([{ type: "approve_join", participant_id: "eve" }, { type, participant_id: "bob" }, { type, participant_id: "kim" }]);
});

it("has no answer for all where one asks", async () => {
  await open([asks("bob")]);
  expect([hasButton("Let all in"), hasButton("Turn all away")]).toEqual([false, false]);
});

it("a refused answer makes them wait again, with the host's sentence", async () => {
  const link = await open([asks("bob")]);
  await click("Let in BOB");
  const id = answers(link)[0]?.id ?? "";
  await act(async () => link.tell({ type: "error", id, code: "session_full", message: "This jam is full" }));
  expect([button("Let in BOB").getAttribute("aria-disabled"), toasts()]).toEqual(["false", ["BOB wants to join", "This jam is full"]]);
  await click("Turn away BOB");
  expect(answers(link)).toHaveLength(2);
});

it("who was turned away and asks again can be answered again", async () => {
  const link = await open([asks("bob")]);
  await click("Turn away BOB");
  await act(async () => link.tell({ type: "participant_left", seq: 11, participant_id: "bob" }));
  await act(async () => link.tell({ type: "join_requested", seq: 12, participant: asks("bob") }));
  await click("Let in BOB");
  expect(answers(link).map(({ type }) => type)).toEqual(["deny_join", "approve_join"]);
});

it("the focus stays near when the answered row goes", async () => {
  const link = await open([asks("bob"), asks("eve")]);
  const stop = keepFocus(document.getElementById("app") as HTMLElement);
  button("Let in BOB").focus();
  await click("Let in BOB");
  await act(async () => link.tell({ type: "participant_joined", seq: 11, participant: person("bob") }));
  expect(document.activeElement?.className).toContain("requests");
  stop();
});

it("a hostile name stays text", async () => {
  await open([asks("x", 0, { display_name: "<img src=x onerror=alert(1)>" })]);
  expect([document.querySelector("img"), rows()[0]?.querySelector(".person-name")?.textContent]).toEqual([null, "<img src=x onerror=alert(1)>"]);
});
