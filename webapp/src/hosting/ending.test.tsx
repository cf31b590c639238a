import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lastCommand } from "../testing/host";
import { joined, person } from "../testing/jam";
import { click, clientInJam, hasButton, show, showInJam, unmount } from "../testing/render";
import { JamContext } from "../jam/context";
import type { Ending } from "../session/wire.gen";
import { EndDialog } from "./EndDialog";
import { EndingBanner } from "./EndingBanner";
import HostPanel from "./HostPanel";

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  await unmount();
  vi.useRealTimers();
});

// joined() is at 1,000 s on the host's clock, whatever this one shows.
const ends = (seconds: number, reason = "host"): Ending => ({ reason, ends_at: new Date(1_000_000 + seconds * 1000).toISOString() });
const left = () => document.querySelector("[data-testid=ends-in]")?.textContent ?? null;
const choose = (text: string) => act(async () => [...document.querySelectorAll("label")].find((label) => label.textContent === text)?.querySelector("input")?.click());

it.each([
  ["Now", "End it", { type: "end_session" }], ["In 1 minute", "Announce it", { type: "end_session", in_seconds: 60 }],
  ["In 5 minutes", "Announce it", { type: "end_session", in_seconds: 300 }], ["In 15 minutes", "Announce it", { type: "end_session", in_seconds: 900 }],
])("the jam ends: %s", async (when, confirm, command) => {
  const { client, link } = clientInJam();
  let closed = 0;
  await show(<JamContext value={client}><EndDialog onClose={() => (closed += 1)} /></JamContext>);
  await choose(when);
  await click(confirm);
  const sent = link.sent.filter(({ type }) => type === "end_session").map(({ id: _, ...rest }) => rest);
  expect([sent, closed]).toEqual([[command], 1]);
});

it("cancelled is not sent", async () => {
  const { client, link } = clientInJam();
  await showInJam(client, <EndDialog onClose={() => undefined} />);
  await click("Cancel");
  expect(link.sent.some(({ type }) => type === "end_session")).toBe(false);
});

it("counts down on the host's clock, and is read out once", async () => {
  const { client, link } = clientInJam(joined({ ending: ends(61) }));
  await showInJam(client, <EndingBanner />);
  expect([left(), document.querySelector("[data-testid=ends-in]")?.getAttribute("aria-hidden")]).toEqual([" · 1:01", "true"]);
  expect(document.querySelector("[role=status] p")?.textContent).toContain("The end is announced. The jam ends at ");
  await act(async () => vi.advanceTimersByTime(2000));
  expect(left()).toBe(" · 0:59");
  await act(async () => link.tell({ type: "session_ending", seq: 11, ending: ends(1), state: "ending" }));
  await act(async () => vi.advanceTimersByTime(3000));
  expect(left()).toBe(" · 0:00");
  await act(async () => link.tell({ type: "session_ending", seq: 12, ending: null, state: "active" }));
  expect(left()).toBeNull();
});

it("appears when it is announced, and is taken back", async () => {
  const { client, link } = clientInJam();
  await showInJam(client, <EndingBanner />);
  expect(left()).toBeNull();
  await act(async () => link.tell({ type: "session_ending", seq: 11, ending: ends(300), state: "ending" }));
  await click("Keep going");
  expect(lastCommand(link)).toMatchObject({ type: "end_session", cancel: true });
});

it.each([
  ["idle", { type: "search" }], ["empty", { type: "search" }], ["expired", { type: "update_settings", settings: { expires_at: null } }], ["max_duration", null],
])("an end by %s has a sentence of its own, and what stops it", async (reason, command) => {
  const { client, link } = clientInJam(joined({ ending: ends(60, reason) }));
  await showInJam(client, <EndingBanner />);
  expect(document.querySelector("p")?.textContent).not.toContain("The end is announced.");
  expect(hasButton("Keep going")).toBe(command !== null);
  if (command === null) return;
  await act(async () => vi.advanceTimersByTime(1000));
  const before = link.sent.length;
  await click("Keep going");
  await act(async () => vi.advanceTimersByTime(1000));
  expect(link.sent.slice(before)).toContainEqual(expect.objectContaining(command));
});

it("a guest who is the host finds everything in one panel", async () => {
  const pending = [person("eve")];
  const { client } = clientInJam(joined({ ending: ends(60), participants: [person("me", { role: "host" }), person("bob")] }, { pending, bans: [person("kim")] }));
  await showInJam(client, <HostPanel />);
  for (const name of ["Keep going", "Let in eve", "What to do with bob", "Allow again: kim", "End jam"]) expect(hasButton(name)).toBe(true);
  expect(document.querySelectorAll("[role=switch]").length).toBeGreaterThan(10);
  await click("End jam");
  expect(document.querySelector("[role=dialog] h2")?.textContent).toBe("End the jam for everyone?");
});
