import type { Page } from "playwright-core";
import type { JoinedMessage, ServerMessage } from "../../src/session/wire.gen";
import { crowd, evening, me, now, quiet, rules, someone, welcome } from "./evening";
import { error } from "./guestStates";
import { places, type Script } from "./paper";
import { alsoForced, everywhere, twice, type State } from "./state";

// In the jam.
async function inside(page: Page): Promise<void> {
  await page.getByTestId("now-playing-title").waitFor();
}

/** Shows a part of the page that has a tab of its own on a phone. */
const tab = (name: "Queue" | "Add" | "People" | "Chat") => async (page: Page) => {
  await inside(page);
  await page.getByRole("navigation").getByRole("button", { name }).click();
};

const session = (name: string, entry: JoinedMessage, more: Partial<State> & { then?: ServerMessage[]; answers?: Script["answers"] } = {}): State => {
  const { then = [], answers, ...rest } = more;
  return { name: `session${name}`, at: places.session, seat: true, script: { entry: [entry, ...then], ...(answers === undefined ? {} : { answers }) }, go: inside, looks: twice, ...rest };
};

const sees = (text: string | RegExp) => async (page: Page) => void (await page.getByText(text).first().waitFor());
const path = (path: "direct" | "relayed") => welcome({ participants: evening().participants.map((one) => (one.id === "me" ? { ...one, path } : one)) });
const silenced = welcome({ participants: [someone("host", "Hanna", { role: "host" }), { ...me, permissions: { ...me.permissions, can_chat: false } }] });
const long = Array.from({ length: 24 }, (_, i) => evening().queue[(i % 7) + 1]).flatMap((one, i) => (one === undefined ? [] : [{ ...one, id: `many-${i}` }]));

export const sessionStates: State[] = [
  session("", welcome(), { looks: alsoForced, readme: ["session-phone-dark", "phone-dark"] }),
  session("-silent", welcome(quiet), { looks: everywhere }),
  session("-paused", welcome({ playback: { playing: false, position_ms: 73_000, at_ms: now, volume: 70 }, state: "paused" })),
  session("-long", welcome({ queue: [...evening().queue.slice(0, 1), ...long], queue_order: { order: long.map(({ id }) => id), why: [] } })),
  session("-add", welcome(), { go: tab("Add"), looks: everywhere }),
  session("-search", welcome(), {
    looks: everywhere, readme: ["phone-light", "phone-light"],
    go: async (page) => {
      await tab("Add")(page);
      await page.getByRole("searchbox").fill("b");
      await page.getByText(/songs found/).waitFor();
    },
  }),
  session("-search-nothing", welcome(), {
    go: async (page) => {
      await tab("Add")(page);
      await page.getByRole("searchbox").fill("zzz");
      await page.getByText(/No song here matches/).waitFor();
    },
  }),
  session("-may-not-add", welcome({ settings: { ...rules, guest_can_add: false, guest_can_skip_vote: false, allow_chat: false }, participants: [someone("host", "Hanna", { role: "host" }), someone("me", "Sam", {}, { ...rules, guest_can_add: false, guest_can_skip_vote: false, allow_chat: false })] }), {
    go: async (page) => {
      await tab("Add")(page);
      await sees("Only the host adds songs in this jam.")(page);
    },
  }),
  session("-refused", welcome(), {
    answers: { add_track: [error("queue_full")] },
    go: async (page) => {
      await tab("Add")(page);
      await page.getByRole("button", { name: /^Add / }).last().click();
      await page.getByTestId("toast").waitFor();
    },
  }),
  session("-people", welcome(), { go: tab("People"), looks: everywhere }),
  session("-crowd", welcome(crowd), { go: tab("People") }),
  session("-chat", welcome(), { go: tab("Chat"), looks: everywhere }),
  session("-chat-empty", welcome({ chat: [] }), { go: tab("Chat") }),
  session("-muted", silenced, { go: tab("Chat") }),
  session("-vote", welcome({ skip_vote: { queue_item_id: "item-1", votes: 2, required: 3, eligible: 5 } }), {
    go: async (page) => {
      await inside(page);
      await page.getByRole("button", { name: "Vote to skip" }).click();
      await page.getByRole("button", { name: /^Vote for/ }).first().click();
      await page.getByTestId("queue-item").first().getByRole("button", { expanded: false }).first().click();
      await sees(/whoever had fewer goes first/)(page);
    },
  }),
  session("-next", welcome({ queue: evening().queue.slice(0, 4).map((one, i) => (i === 1 ? { ...one, added_by: "me" } : one)), queue_order: { order: ["item-2", "item-3", "item-4"], why: [] } }), {
    go: sees("You’re up next"), looks: everywhere,
  }),
  session("-reactions", welcome(), {
    then: (["❤️", "🔥", "🎉"] as const).map((emoji) => ({ type: "reaction", from_id: "bob", emoji })),
    go: async (page) => void (await page.getByTestId("reaction").last().waitFor({ state: "attached" })),
  }),
  session("-notices", welcome(), {
    then: [
      { type: "notification", kind: "track_added", level: "info", message: "Bob added “Hinterland”", params: { by: "Bob" } },
      { type: "notification", kind: "track_failed", level: "warning", message: "“Glass Harbour” could not be played", params: {} },
    ],
    go: async (page) => void (await page.getByTestId("toast").nth(1).waitFor()),
  }),
  session("-direct", path("direct")),
  session("-relayed", path("relayed"), {
    go: async (page) => {
      await inside(page);
      await page.getByTestId("network-mark").locator("summary").click();
    },
  }),
  session("-reconnecting", welcome(), {
    looks: everywhere,
    go: async (page, paper) => {
      await inside(page);
      await paper.breaks();
      await sees(/The connection is gone/)(page);
    },
  }),
  session("-host-away", welcome(), {
    then: [{ type: "host_status", status: "offline", since: new Date(now).toISOString() }], go: sees("The host is away. This page comes back by itself."), looks: everywhere,
  }),
  session("-ending", welcome({ state: "ending", ending: { reason: "idle", ends_at: new Date(now + 48_000).toISOString() } }), { go: async (page) => void (await page.getByTestId("ending").waitFor()) }),
  session("-host-now", welcome({ participants: [someone("host", "Hanna", { role: "member" }), someone("me", "Sam", { role: "host" })] }, { pending: [], bans: [] }), {
    go: async (page) => {
      await tab("People")(page);
      await page.getByRole("button", { name: "Open the host’s controls" }).click();
      await page.getByText("Settings").first().waitFor();
    },
    looks: everywhere,
  }),
  session("-leaving", welcome(), {
    openedBy: "Leave",
    go: async (page) => {
      await inside(page);
      await page.getByRole("button", { name: "Leave" }).press("Enter");
      await page.getByRole("dialog").waitFor();
    },
  }),
];
