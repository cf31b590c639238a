import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeLink } from "../testing/host";
import { guestRights, joined, nothing, person, settings } from "../testing/jam";
import { click, clientInJam, hasButton, showInJam, type, unmount } from "../testing/render";
import type { JamSettings } from "../session/wire.gen";
import { endingAt, timeOfDay, whenInWords } from "./endAt";
import { SettingsPanel } from "./SettingsPanel";
import { votesNeeded } from "./Threshold";

afterEach(unmount);

const asked = (link: FakeLink) => link.sent.filter((message) => message.type === "update_settings").map((message) => message.settings);
/** The id of the last change. A page that took its time has sent a ping since. */
const lastAsked = (link: FakeLink) => link.sent.filter((message) => message.type === "update_settings").pop()?.id ?? "";
const field = (label: string) => {
  const found = [...document.querySelectorAll("label")].find((one) => one.firstChild?.textContent === label || one.textContent?.startsWith(label));
  const input = found?.htmlFor ? document.getElementById(found.htmlFor) : found?.querySelector("input");
  if (!(input instanceof HTMLInputElement)) throw new Error(`no field is called ${label}`);
  return input;
};
const fill = async (label: string, text: string) => {
  const input = field(label);
  await type(input, text);
  await act(async () => input.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));
};
async function open(change: Partial<JamSettings> = {}) {
  const { client, link } = clientInJam(joined({ settings: { ...settings, ...change } }));
  await showInJam(client, <SettingsPanel />);
  return link;
}

describe("a setting that is on or off", () => {
  it.each([
    ["Guests may come in", "allow_guests"], ["I let each one in", "require_approval"], ["Only with the whole link", "verified_only"],
    ["Guests may add songs", "guest_can_add"], ["Guests may remove their own songs", "guest_can_remove_own"], ["Guests may vote to skip", "guest_can_skip_vote"],
    ["Chat and reactions", "allow_chat"], ["Guests may set the volume", "guest_can_set_volume"], ["Guests may do everything", "guest_can_control"],
    ["The same song may wait twice", "allow_duplicates"], ["The music goes on by itself", "autoplay"],
  ] as const)("%s", async (label, key) => {
    const link = await open();
    expect(field(label).checked).toBe(settings[key]);
    await act(async () => field(label).click());
    expect([field(label).checked, asked(link)]).toEqual([!settings[key], [{ [key]: !settings[key] }]]);
    await act(async () => link.tell({ type: "settings_updated", seq: 11, settings: { ...settings, [key]: !settings[key] } }));
    expect(field(label).checked).toBe(!settings[key]);
  });
  it("goes back when it is refused", async () => {
    const link = await open();
    await act(async () => field("Guests may do everything").click());
    const id = lastAsked(link);
    await act(async () => link.tell({ type: "error", id, code: "not_authorized", message: "no" }));
    expect(field("Guests may do everything").checked).toBe(false);
  });
  it("an answer to an older change takes nothing from a newer one", async () => {
    const link = await open();
    await act(async () => field("Guests may add songs").click());
    const id = lastAsked(link);
    await act(async () => field("Guests may add songs").click());
    await act(async () => link.tell({ type: "settings_updated", seq: 11, settings: { ...settings, guest_can_add: false } }, { type: "ack", id, seq: 11 }));
    expect(field("Guests may add songs").checked).toBe(true);
  });
});

describe("a number", () => {
  it.each([
    ["Guests at most", "5000", { max_participants: 2000 }], ["Guests at most", "0", { max_participants: 1 }],
    ["Songs waiting per person", "3", { max_queue_per_person: 3 }], ["Songs waiting per person", "-1", undefined], ["Songs waiting per person", "9999", { max_queue_per_person: 500 }],
    ["Longest song, in minutes", "10", { max_track_ms: 600_000 }], ["Longest song, in minutes", "", undefined],
  ])("%s: %s", async (label, typed, patch) => {
    const link = await open();
    await fill(label, typed);
    expect(asked(link)).toEqual(patch === undefined ? [] : [patch]);
  });
  it("that is no whole number of minutes stays as it is until it is changed", async () => {
    const link = await open({ max_track_ms: 90_000 });
    expect(field("Longest song, in minutes").value).toBe("1.5");
    await fill("Longest song, in minutes", "1.5");
    expect(asked(link)).toEqual([]);
  });
});

describe("the votes that skip", () => {
  const people = [person("me", { role: "host", permissions: { ...nothing, can_vote_skip: true } }), ...["a", "b", "c"].map((id) => person(id, { permissions: { ...guestRights, can_vote_skip: true } })), person("d")];
  it("are a share, told as a number of those here now", async () => {
    const { client, link } = clientInJam(joined({ settings: { ...settings, skip_threshold: 0.5 }, participants: people, participant_count: 5 }));
    await showInJam(client, <SettingsPanel />);
    const slider = document.querySelector<HTMLInputElement>("input[type=range]");
    expect([slider?.value, slider?.getAttribute("aria-valuetext"), document.querySelector(".threshold .hint")?.textContent]).toEqual(["50", "50%", "At least 2 of the 4 people here now."]);
    await type(slider as HTMLInputElement, "75");
    expect(document.querySelector(".threshold .hint")?.textContent).toBe("At least 3 of the 4 people here now.");
    expect(asked(link)).toEqual([]);
    await act(async () => slider?.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true })));
    expect(asked(link)).toEqual([{ skip_threshold: 0.75 }]);
    await act(async () => link.tell({ type: "skip_vote", seq: 11, queue_item_id: "x", votes: 1, required: 2, eligible: 3 }));
    expect(document.querySelector(".threshold .hint")?.textContent).toContain("of the 3 people");
  });
  it("are never none", async () => {
    const link = await open();
    const slider = document.querySelector("input[type=range]") as HTMLInputElement;
    await type(slider, "0");
    await act(async () => slider.dispatchEvent(new PointerEvent("pointerup", { bubbles: true })));
    expect(asked(link)).toEqual([{ skip_threshold: 0.01 }]);
  });
  it.each([[0.5, 5, 3], [0.5, 4, 2], [0.01, 3, 1], [1, 7, 7], [0.3, 10, 3], [0.5, 0, 1], [0.07, 100, 7]])("%f of %i is %i", (share, eligible, votes) => expect(votesNeeded(share, eligible)).toBe(votes));
});

it("the order is one of three, each with a sentence", async () => {
  const link = await open();
  const radios = [...document.querySelectorAll<HTMLInputElement>("input[type=radio]")];
  expect(radios.map(({ checked, parentElement }) => [checked, parentElement?.textContent])).toEqual([
    [false, "In turns Whoever had fewer songs goes first."], [true, "First come, first served In the order of adding."], [false, "By votes The song with the most votes goes first."],
  ]);
  await act(async () => radios[2]?.click());
  expect(asked(link)).toEqual([{ queue_order: "votes" }]);
});

it("the name is sent when it is done, and may be none", async () => {
  const link = await open();
  await fill("Name of the jam", " Saturday ");
  await act(async () => link.tell({ type: "settings_updated", seq: 11, settings: { ...settings, name: "Saturday" } }));
  await fill("Name of the jam", "Saturday ");
  await fill("Name of the jam", "");
  expect(asked(link)).toEqual([{ name: "Saturday" }, { name: null }]);
});

describe("the end that is set", () => {
  const now = new Date(2026, 10, 23, 22, 30, 15);
  it.each([["23:05", new Date(2026, 10, 23, 23, 5), "Today"], ["22:30", new Date(2026, 10, 24, 22, 30), "Tomorrow"], ["01:00", new Date(2026, 10, 24, 1, 0), "Tomorrow"]])("%s is the next time that clocks show it", (typed, at, day) => {
    expect(endingAt(typed, now)).toEqual(at);
    expect([timeOfDay(at), whenInWords(at, now).split(" ")[0]]).toEqual([typed, day]);
  });
  it("is no time when nothing is typed", () => expect(endingAt("", now)).toBeNull());
  it("a later day is told with its date", () => expect(whenInWords(new Date(2026, 10, 30, 1, 0), now)).toMatch(/^On .*30/));
  it("is sent and taken away", async () => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    const link = await open();
    await act(async () => link.tell({ type: "pong", t0: now.getTime(), t1: now.getTime() }));
    expect(hasButton("No end")).toBe(false);
    await fill("End at", "23:05");
    const at = new Date(2026, 10, 23, 23, 5).toISOString();
    expect(asked(link)).toEqual([{ expires_at: at }]);
    await act(async () => link.tell({ type: "settings_updated", seq: 11, settings: { ...settings, expires_at: at } }));
    await click("No end");
    expect(asked(link)).toEqual([{ expires_at: at }, { expires_at: null }]);
    vi.useRealTimers();
  });
});

it("a folded group says what holds", async () => {
  const link = await open({ guest_can_skip_vote: true, allow_chat: true });
  const now = () => [...document.querySelectorAll("summary .hint")].map((hint) => hint.textContent);
  expect(now()).toEqual(["Listen, add songs, vote, chat", "Everyone with the link", "First come, first served", "Friday"]);
  await act(async () => link.tell({ type: "settings_updated", seq: 11, settings: { ...settings, guest_can_control: true, require_approval: true, queue_order: "fair" } }));
  expect(now().slice(0, 3)).toEqual(["Everything", "You let each one in", "In turns"]);
  await act(async () => link.tell({ type: "settings_updated", seq: 12, settings: { ...settings, allow_guests: false } }));
  expect(now()[1]).toBe("Members only");
});
