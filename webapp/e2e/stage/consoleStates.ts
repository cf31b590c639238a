import type { Page } from "playwright-core";
import type { ConsoleStatus, HistoryDetail, HistoryRow, JoinedMessage, Member, OutputList, Playlist, ServerMessage } from "../../src/session/wire.gen";
import { limits } from "../../src/session/wire.gen";
import { sharingStatus } from "../../src/testing/sharing";
import { code, friends, hanna, knocking, lan, me, now, quiet, recap, status, tracks, welcomeHost } from "./evening";
import { places, Status } from "./paper";
import { alsoForced, everywhere, twice, type State } from "./state";

// The host's console: before a jam, in it and after it.
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

const members: Member[] = [
  { id: "1", name: "Alice", last_seen: ago(0), native: false, connected: true }, { id: "2", name: "Nat With a Very Long Name of Forty Letters", last_seen: ago(0.4), native: true, connected: false },
  { id: "3", name: "Bob", last_seen: ago(30), native: false, connected: false }, { id: "4", name: "Fay", last_seen: null, native: false, connected: false },
];
const playlists: Playlist[] = [{ id: "p1", name: "Summer", from: "/home/hanna/Music", tracks: 31, missing: 1 }, { id: "p2", name: "Late and Slow", from: "navidrome.home", tracks: 120, missing: 0 }];
const outputs: OutputList = { outputs: [{ name: "alsa/hdmi", description: "Television (HDMI)" }, { name: "alsa/usb", description: "The loud ones (USB)" }], chosen: "alsa/usb" };
const rows: HistoryRow[] = ["Friday at Hanna’s", "New Year", null].map((name, i) => ({
  id: `${i}`, name, share_code: code, created_at: ago(24 * (7 + 60 * i)), ended_at: ago(24 * (7 + 60 * i) - 4), end_reason: "host", participant_count: 5 + 9 * i, track_count: 6 + 20 * i,
}));
const detail: HistoryDetail = {
  ...(rows[0] as HistoryRow), recap,
  tracks: tracks.slice(0, 6).map((track, i) => ({
    ...track, added_at: ago(170), played_at: ago(170 - i / 15), added_by: ["Alice", "Sam", "Bob", null][i % 4] ?? null, upvotes: i % 3, skipped: i === 3, outcome: i === 3 ? "voted_out" : "finished",
  })),
};
const broken = { files: ["Noise.flac", "Old/Tape 3.mp3"].map((path) => ({ path: `/home/hanna/Music/${path}`, reason: "this is no music" })) };

/** What the daemon answers; `at` is the state of things. */
const http = (at: Partial<ConsoleStatus> = {}): Record<string, unknown> => ({
  "GET /api/console/status": status(at), "GET /api/console/members": { members }, "GET /api/console/playlists": { playlists },
  "GET /api/console/outputs": outputs, "GET /api/console/sharing": sharingStatus({ tracks: 4_118, shared: 4_118 }), "GET /api/console/broken": broken,
  "GET /api/jam/history": { sessions: rows }, "GET /api/jam/history/0": detail, "POST /api/console/solo": { share_code: code },
});

async function running(page: Page): Promise<void> {
  await page.getByTestId("now-playing-title").waitFor();
  await page.getByTestId("qr").waitFor();
  await page.getByTestId("member").first().waitFor();
}

const jam = (name: string, entry: JoinedMessage, more: Partial<State> & { at?: never; status?: Partial<ConsoleStatus>; then?: ServerMessage[]; closes?: number } = {}): State => {
  const { status = {}, then = [], closes, ...rest } = more;
  return { name: `console${name}`, at: places.console, script: { http: http(status), entry: [entry, ...then], ...(closes === undefined ? {} : { closes }) }, go: running, looks: twice, ...rest };
};

const before = (name: string, entry: JoinedMessage, more: Partial<State> & { at?: never; status?: Partial<ConsoleStatus> } = {}): State => {
  const { status = {}, ...rest } = more;
  return {
    name: `player${name}`, at: places.console, script: { http: http({ jam: null, solo: { share_code: code }, ...status }), entry: [entry] },
    go: async (page) => void (await page.getByTestId("now-playing-title").waitFor()), looks: twice, ...rest,
  };
};
const alone = { participants: [hanna] };
const noMusic = { scanning: false, files: 0, total: 0, per_second: 0, seconds_left: null, tracks: 0, broken: 0, folders: ["/home/hanna/Music"] };
const nearby = [
  { name: "Roof Terrace", code: "ABCD-EFGH", url: "http://192.168.178.40:7420/jam/ABCD-EFGH", own: false },
  { name: "A Jam With a Very Long Name That Goes On and On", code: "KMNP-QRST", url: "http://192.168.178.41:7420/jam/KMNP-QRST", own: false },
];

const click = (name: string | RegExp) => async (page: Page) => {
  await running(page);
  const button = page.getByRole("button", { name, exact: true });
  await button.scrollIntoViewIfNeeded();
  await button.press("Enter");
};

/** All groups of the settings are unfolded. */
async function unfolded(page: Page): Promise<void> {
  await running(page);
  await page.evaluate(() => document.querySelectorAll<HTMLDetailsElement>(".settings details").forEach((group) => (group.open = true)));
}

const bye = (what: number): ServerMessage => ({ type: "bye", code: what, reason: "", retry: false });

export const consoleStates: State[] = [
  { name: "console-without-key", at: places.consoleWithoutKey, script: {}, go: async (page) => void (await page.getByText("This console needs its key").waitFor()), looks: twice },
  {
    name: "console-old-key", at: places.console, script: { http: { "GET /api/console/status": new Status(401, { code: "not_authorized", message: "" }) } },
    go: async (page) => void (await page.getByText("This key is not valid any more").waitFor()), looks: twice,
  },
  {
    name: "console-no-answer", at: places.console, script: { http: { "GET /api/console/status": new Status(502, {}) } },
    go: async (page) => void (await page.getByText("hostd doesn’t answer").waitFor()), looks: twice,
  },
  before("", welcomeHost(alone), { looks: everywhere }),
  before("-silent", welcomeHost({ ...quiet, ...alone })),
  before("-rules", welcomeHost(alone), {
    scroll: ".start-card",
    go: async (page) => {
      await page.getByText("Name and rules", { exact: true }).click();
      await page.getByRole("textbox", { name: "Name of the jam" }).waitFor();
    },
    looks: everywhere,
  }),
  before("-no-music", welcomeHost(alone), { status: { solo: null, library: noMusic }, go: async (page) => void (await page.getByText("There is no music here yet").waitFor()) }),
  before("-scanning", welcomeHost(alone), {
    status: { nearby, library: { ...noMusic, scanning: true, files: 3_214, total: 8_004, per_second: 812.4, seconds_left: 15, tracks: 3_100, broken: 2 } }, scroll: ".library",
    go: async (page) => void (await page.getByTestId("scan").waitFor()),
  }),
  jam("", welcomeHost(), { looks: alsoForced, readme: ["console-desk-dark", "desk-dark"] }),
  jam("-silent", welcomeHost(quiet)),
  jam("-requests", welcomeHost({}, { pending: knocking }), { looks: everywhere }),
  jam("-warnings", welcomeHost(), {
    status: { troubles: [{ code: "no_mpv", text: "", params: { system: "linux" } }, { code: "port_taken", text: "", params: { wanted: "7420", port: "7423" } }], player: { name: "silent" } }, looks: everywhere,
  }),
  jam("-queue", welcomeHost(), { scroll: ".queue", go: async (page) => {
    await running(page);
    await page.getByTestId("queue-item").nth(1).getByRole("button", { expanded: false }).first().click();
  } }),
  jam("-invite", welcomeHost(), { scroll: ".share-panel", status: { addresses: [lan, "http://10.8.0.6:7420", "http://[fd12:3456:789a:1::15]:7420"] }, looks: everywhere }),
  jam("-people", welcomeHost({}, { bans: [{ ...me, id: "rude", display_name: "Rudolf" }] }), {
    scroll: ".people-controls", looks: everywhere,
    go: async (page) => {
      await running(page);
      await page.getByRole("button", { name: "What to do with Bob" }).click();
    },
  }),
  jam("-settings", welcomeHost(), { scroll: ".settings", go: unfolded, looks: alsoForced }),
  jam("-members", welcomeHost(), { scroll: ".members" }),
  jam("-chat", welcomeHost(), {
    scroll: ".console-chat",
    go: async (page) => {
      await running(page);
      await page.locator(".console-chat summary").click();
    },
  }),
  jam("-sharing", welcomeHost(), {
    scroll: ".sharing",
    go: async (page) => {
      await running(page);
      await page.locator(".sharing summary").first().click();
    },
  }),
  jam("-transferred", welcomeHost({ participants: [{ ...hanna, role: "member" }, { ...me, role: "host" }, ...friends] }), { scroll: ".people-controls" }),
  jam("-ending", welcomeHost({ state: "ending", ending: { reason: "host", ends_at: new Date(now + 288_000).toISOString() } })),
  jam("-reconnecting", welcomeHost(), {
    go: async (page, paper) => {
      await running(page);
      await paper.breaks();
      await page.getByText(/The connection is gone/).first().waitFor();
    },
  }),
  jam("-broken", welcomeHost(), { go: click("2 files could not be read"), openedBy: "2 files could not be read", looks: everywhere }),
  jam("-forget", welcomeHost(), { go: click("Forget Alice"), openedBy: "Forget Alice" }),
  jam("-end", welcomeHost(), { go: click("End jam"), openedBy: "End jam", looks: everywhere }),
  jam("-elsewhere", welcomeHost(), { then: [bye(limits.closeReplaced)], closes: limits.closeReplaced, go: async (page) => void (await page.getByText("The console is open in another window").waitFor()) }),
  jam("-ended", welcomeHost(), {
    then: [{ type: "session_ended", seq: 101, reason: "host", recap }], closes: limits.closeEnded, looks: everywhere, go: async (page) => void (await page.getByText("The jam has ended").waitFor()),
  }),
  jam("-history", welcomeHost(), {
    go: async (page) => {
      await click("History")(page);
      await page.getByTestId("history-row").first().waitFor();
    },
  }),
  jam("-one-evening", welcomeHost(), {
    looks: everywhere,
    go: async (page) => {
      await click("History")(page);
      await page.getByTestId("history-row").first().click();
      await page.getByTestId("history-track").first().waitFor();
    },
  }),
];
