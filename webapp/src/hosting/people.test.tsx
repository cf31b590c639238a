import { act } from "react";
import { afterEach, expect, it } from "vitest";
import { lastCommand, type FakeLink } from "../testing/host";
import { guestRights, joined, nothing, person, settings } from "../testing/jam";
import { button, click, clientInJam, hasButton, showInJam, unmount } from "../testing/render";
import type { JamParticipant, JamSettings } from "../session/wire.gen";
import { PeopleControls } from "./PeopleControls";

afterEach(unmount);

const kinds = ["set_role", "set_permissions", "transfer_host", "kick", "unban"];
const asked = (link: FakeLink) => link.sent.filter(({ type }) => kinds.includes(type)).map(({ id: _, ...command }) => command);
const text = () => document.body.textContent ?? "";
const right = (name: string) => document.querySelector<HTMLElement>(`[data-testid=${name}]`);
const switchOf = (name: string) => right(name)?.querySelector("input");
const bob = (change: Partial<JamParticipant> = {}) => person("bob", { display_name: "Bob", permissions: { ...guestRights, can_chat: true }, ...change });

async function open(people: JamParticipant[], rules: Partial<JamSettings> = {}, bans: JamParticipant[] = []) {
  const { client, link } = clientInJam(joined({ participants: people, settings: { ...settings, allow_chat: true, ...rules } }, { bans, pending: [] }));
  await showInJam(client, <PeopleControls />);
  return { client, link };
}
const me = person("me", { role: "host" });
const refuse = (link: FakeLink) => act(async () => link.tell({ type: "error", id: lastCommand(link)?.id ?? "", code: "internal", message: "no" }));

it("folds what may be done with somebody below their row, and has none of it for oneself", async () => {
  await open([me, bob()]);
  expect([hasButton("What to do with Bob"), hasButton("What to do with me"), hasButton("Make a member")]).toEqual([true, false, false]);
  await click("What to do with Bob");
  expect(button("What to do with Bob").getAttribute("aria-expanded")).toBe("true");
  await click("What to do with Bob");
  expect(hasButton("Make a member")).toBe(false);
});

it("makes a member, and a guest again, and says what that means", async () => {
  const { link } = await open([me, bob()]);
  await click("What to do with Bob");
  expect(text()).toContain("A member is recognised in every later jam");
  await click("Make a member");
  await act(async () => link.tell({ type: "participant_updated", seq: 11, participant: bob({ role: "member" }) }));
  await click("Make a guest again");
  expect(asked(link)).toEqual([{ type: "set_role", participant_id: "bob", role: "member" }, { type: "set_role", participant_id: "bob", role: "guest" }]);
});

it("mutes, and gives the right back to the settings", async () => {
  const { link } = await open([me, bob()]);
  await click("What to do with Bob");
  await click("Mute");
  await act(async () => link.tell({ type: "participant_updated", seq: 11, participant: bob({ permissions: guestRights }) }));
  expect(document.querySelector("[data-participant-id=bob]")?.textContent).toContain("Bobmuted");
  await click("Unmute");
  expect(asked(link)).toMatchObject([{ permissions: { can_chat: false } }, { permissions: { can_chat: null } }]);
});

it("has nothing to mute where nobody chats", async () => {
  await open([me, bob({ permissions: nothing })], { allow_chat: false });
  await click("What to do with Bob");
  expect([hasButton("Mute"), hasButton("Unmute")]).toEqual([false, false]);
});

it("decides a right for one person, and leaves it to the settings where they say the same", async () => {
  const { link } = await open([me, bob()]);
  await click("What to do with Bob");
  expect([switchOf("can_skip")?.checked, right("can_skip")?.querySelector("button")]).toEqual([false, null]);
  await act(async () => switchOf("can_skip")?.click());
  expect(switchOf("can_skip")?.checked).toBe(true);
  await act(async () => link.tell({ type: "participant_updated", seq: 11, participant: bob({ permissions: { ...guestRights, can_chat: true, can_skip: true } }) }, { type: "ack", id: lastCommand(link)?.id ?? "", seq: 11 }));
  expect(right("can_skip")?.textContent).toContain("the settings say no");
  await click("As the settings say Skip songs");
  await act(async () => switchOf("can_add_to_queue")?.click());
  await act(async () => switchOf("can_add_to_queue")?.click());
  expect(asked(link)).toMatchObject([
    { permissions: { can_skip: true } }, { permissions: { can_skip: null } }, { permissions: { can_add_to_queue: false } }, { permissions: { can_add_to_queue: null } },
  ]);
});

it("a refused right goes back", async () => {
  const { link } = await open([me, bob()]);
  await click("What to do with Bob");
  await act(async () => switchOf("can_reorder")?.click());
  expect(switchOf("can_reorder")?.checked).toBe(true);
  await refuse(link);
  expect(switchOf("can_reorder")?.checked).toBe(false);
});

it("knows what the settings give a member", async () => {
  await open([me, bob({ role: "member", permissions: { ...nothing, can_set_volume: true } })], { guest_can_add: false, guest_can_control: true });
  await click("What to do with Bob");
  const own = ["can_add_to_queue", "can_skip", "can_reorder", "can_remove_any", "can_set_volume"].map((name) => right(name)?.textContent?.includes("the settings say"));
  expect(own).toEqual([true, true, true, true, true]);
  expect(right("can_add_to_queue")?.textContent).toContain("the settings say yes");
});

it("hands the jam over when that was meant", async () => {
  const { link } = await open([me, bob()]);
  await click("What to do with Bob");
  await click("Make host");
  expect(document.querySelector("[role=dialog]")?.textContent).toContain("Make Bob the host?");
  await click("Cancel");
  expect(asked(link)).toEqual([]);
  await click("Make host");
  const confirm = [...document.querySelectorAll<HTMLElement>("[role=dialog] button")].find((one) => one.textContent === "Make host");
  await act(async () => confirm?.click());
  expect([asked(link), document.querySelector("[role=dialog]")]).toEqual([[{ type: "transfer_host", participant_id: "bob" }], null]);
});

it("takes the jam back", async () => {
  const { link } = await open([me, bob()]);
  expect(hasButton("Take back")).toBe(false);
  await act(async () => link.tell(
    { type: "participant_updated", seq: 11, participant: person("me", { role: "member" }) }, { type: "participant_updated", seq: 12, participant: bob({ role: "host" }) },
  ));
  expect(text()).toContain("Bob is the host now. This console keeps every right.");
  await click("Take back");
  expect(asked(link)).toEqual([{ type: "transfer_host", participant_id: "me" }]);
  // Nobody decides about the rights of who runs the jam, nor of the console's seat, which shows as a member.
  expect(hasButton("What to do with Bob")).toBe(false);
  await act(async () => link.tell({ type: "participant_updated", seq: 13, participant: bob({ role: "member", permissions: { ...bob().permissions, can_kick: true } }) }));
  await click("What to do with Bob");
  expect(["Make host", "Make a guest again", "Mute", "Remove…"].map(hasButton)).toEqual([true, false, false, false]);
});

it("removes somebody when that was meant", async () => {
  const { link } = await open([me, bob()]);
  await click("What to do with Bob");
  await click("Remove…");
  expect(text()).toContain("Bob cannot come back unless you allow it.");
  await click("Remove");
  expect(asked(link)).toEqual([{ type: "kick", participant_id: "bob" }]);
});

it("lists who was removed, and lets them come back", async () => {
  const { link } = await open([me, bob()], {}, [person("eve", { display_name: "Eve" })]);
  await act(async () => link.tell({ type: "participant_left", seq: 11, participant_id: "bob" }, { type: "participant_banned", seq: 12, participant: bob() }));
  const banned = () => [...document.querySelectorAll("[data-testid=banned] .person-name")].map((name) => name.textContent);
  expect(banned()).toEqual(["Eve", "Bob"]);
  await click("Allow again: Bob");
  await click("Allow again: Bob");
  expect(asked(link)).toEqual([{ type: "unban", participant_id: "bob" }]);
  await act(async () => link.tell({ type: "participant_unbanned", seq: 13, participant_id: "bob" }));
  expect(banned()).toEqual(["Eve"]);
});
