import { act, useState, type ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guestRights, joined, person, settings } from "../testing/jam";
import { button, click, clientInJam, hasButton, show, showInJam, type, unmount } from "../testing/render";
import type { ConsoleStatus, HistoryDetail, HistoryRow, HistoryTrack, JamSettings, Recap } from "../session/wire.gen";
import { ConsolePage, type Asked } from "./ConsolePage";
import { HostApp } from "./HostApp";
import { Sharing } from "./sharing";
import { SharingContext } from "./sharingContext";
import { takeToken } from "./token";

const status: ConsoleStatus = {
  host_name: "Alex", jam: null, solo: null, player: { name: "silent" },
  library: { scanning: true, files: 12, total: 48, per_second: 6, seconds_left: 6, tracks: 3, broken: 1, folders: ["/music"] },
  warnings: ["No sound: mpv is not installed"], troubles: [{ code: "newer", text: "No sound: mpv is not installed", params: {} }], addresses: ["http://192.0.2.7:7420"], nearby: [],
};
const asked: { path: string; init: RequestInit | undefined }[] = [];
function answers(table: Record<string, [number, unknown]>) {
  asked.length = 0;
  vi.stubGlobal("fetch", vi.fn(async (path: string, init?: RequestInit) => {
    asked.push({ path, init });
    const [code, body] = table[path] ?? [404, { code: "session_not_found", message: "" }];
    return new Response(code === 204 ? null : JSON.stringify(body), { status: code });
  }));
}
const choose = (label: string) => act(async () => {
  const found = [...document.querySelectorAll("label")].find((one) => one.textContent?.startsWith(label));
  (found?.htmlFor ? document.getElementById(found.htmlFor) : found?.querySelector("input"))?.click();
});
/** The console's page keeps what is asked over it. */
function Asking({ children }: { children(opened: { asked: Asked; ask(what: Asked): void }): ReactNode }) {
  const [asked, ask] = useState<Asked>(null);
  return children({ asked, ask });
}
const inConsole = (what: ReactNode) => <SharingContext value={new Sharing("key")}>{what}</SharingContext>;
const heading = () => document.querySelector("h1")?.textContent;

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(unmount);

describe("the key", () => {
  it("is taken out of the address and kept for this tab", () => {
    history.replaceState(null, "", "/#token=abc%2Fd");
    expect(takeToken()).toBe("abc/d");
    expect(location.hash).toBe("");
    expect(takeToken()).toBe("abc/d");
  });
  it("missing: names the command", async () => {
    await show(<HostApp token={null} />);
    expect(document.querySelector("code")?.textContent).toBe("hostd console");
  });
  it("refused: says so, and forgets it", async () => {
    sessionStorage.setItem("jam.hostToken", "old");
    answers({ "/api/console/status": [401, { code: "not_authorized", message: "" }] });
    await show(<HostApp token="old" />);
    expect(heading()).toBe("This key is not valid any more");
    expect(sessionStorage.getItem("jam.hostToken")).toBeNull();
  });
});

describe("starting", () => {
  it("shows warnings and the scan, and creates the jam with its settings", async () => {
    answers({ "/api/console/status": [200, status], "/api/jam/sessions": [201, { session_id: "s", share_code: "HQRS-2K4M", url: "u" }] });
    await show(<HostApp token="key" />);
    expect(document.querySelector("h2")?.textContent).toBe("Start a jam");
    for (const text of ["No sound: mpv is not installed", "12 of 48 files", "1 file could not be read"]) expect(document.body.textContent).toContain(text);
    await type(document.querySelector("input") as HTMLInputElement, " Friday ");
    for (const choice of ["Whom I let in, one by one", "Only me", "By votes", "Chat and reactions"]) await choose(choice);
    expect(document.querySelector("summary")?.textContent).toBe("Name and rules Friday  · You let each one in · By votes · votes to skip · goes on by itself");
    await click("Start the jam");
    const post = asked.find(({ path }) => path === "/api/jam/sessions");
    expect(post?.init).toMatchObject({ method: "POST", headers: { Authorization: "Bearer key" } });
    expect(JSON.parse(String(post?.init?.body))).toEqual({
      settings: { name: "Friday", require_approval: true, guest_can_add: false, queue_order: "votes", guest_can_skip_vote: true, allow_chat: false, autoplay: true },
    });
  });
  it("begins with what the host usually does", async () => {
    answers({ "/api/console/status": [200, status], "/api/jam/sessions": [201, { session_id: "s", share_code: "HQRS-2K4M", url: "u" }] });
    await show(<HostApp token="key" />);
    await click("Start the jam");
    const { settings: sent } = JSON.parse(String(asked.find(({ path }) => path === "/api/jam/sessions")?.init?.body)) as { settings: JamSettings };
    expect(sent).toEqual({ name: "Alex’s jam", require_approval: false, guest_can_add: true, queue_order: "fair", guest_can_skip_vote: true, allow_chat: true, autoplay: true });
  });
  it("says what the host refuses", async () => {
    answers({ "/api/console/status": [200, status], "/api/jam/sessions": [400, { code: "bad_request", message: "name is at most 80 characters" }] });
    await show(<HostApp token="key" />);
    await click("Start the jam");
    expect(document.querySelector("[role=alert]")?.textContent).toBe("name is at most 80 characters");
  });
  it("waits in words while hostd does not answer", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("no network"))));
    await show(<HostApp token="key" />);
    expect(heading()).toBe("hostd doesn’t answer");
  });
});

describe("the history", () => {
  const row: HistoryRow = { id: "a", name: "Party", share_code: "HQRS-2K4M", created_at: "2024-05-01T20:00:00.000Z", ended_at: "2024-05-01T23:12:00.000Z", end_reason: "idle", participant_count: 2, track_count: 1 };
  const played: HistoryTrack = {
    track_id: "t", title: "Tides", artist: "", album: "", duration_ms: 1, has_art: false, added_at: "2024-05-01T20:00:00.000Z", played_at: "2024-05-01T20:00:00.000Z",
    added_by: "Jo", upvotes: 2, skipped: true, outcome: "skipped",
  };
  const recap: Recap = {
    track_count: 1, participant_count: 2, duration_ms: 11_520_000, tracks: [{ title: "Tides", artist: "", added_by: "Jo", upvotes: 2, skipped: true }], top_adder: { name: "Jo", tracks: 1 },
    top_track: { title: "Tides", artist: "", added_by: "Jo", upvotes: 2, skipped: true },
  };
  const open = async (detail: Partial<HistoryDetail>) => {
    answers({ "/api/console/status": [200, status], "/api/jam/history": [200, { sessions: [row] }], "/api/jam/history/a": [200, { ...row, tracks: [], recap: null, ...detail }] });
    await show(<HostApp token="key" />);
    await click("History");
    await act(async () => document.querySelector<HTMLElement>("[data-testid=history-row]")?.click());
  };
  const tracks = () => [...document.querySelectorAll("[data-testid=history-track]")].map((one) => one.querySelector(".track-more")?.textContent);
  it("shows what was played, by whom, and how it came to its end", async () => {
    const outcomes = ["finished", "skipped", "failed", "stopped"] as const;
    await open({ tracks: [...outcomes.map((outcome, i) => ({ ...played, played_at: String(i), outcome })), { ...played, added_by: null, upvotes: 0, outcome: "voted_out" }] as HistoryTrack[] });
    expect(document.body.textContent).toContain("Party");
    expect(tracks()).toEqual([
      "Unknown artistAdded by Jo2 votes", "Unknown artistAdded by Jo2 votesskipped", "Unknown artistAdded by Jo2 votescould not be played",
      "Unknown artistAdded by Jo2 votesended with the jam", "Unknown artistAutoplayvoted out",
    ]);
    expect(button("Back")).toBeTruthy();
  });
  it("looks back at the evening; older ones have nothing to look back with", async () => {
    await open({ recap });
    const recapped = () => document.querySelector("[data-testid=recap]")?.textContent;
    expect(recapped()).toBe("1 song, 2 people, 3 h 12 minJo chose the most: 1 song.Most wanted: “Tides”, with 2 votes.");
    await open({ recap: null });
    expect(recapped()).toBeUndefined();
  });
  it.each(["host", "host_gone", "idle", "empty", "max_duration", "expired"])("says in a sentence why it ended: %s", async (end_reason) => {
    await open({ end_reason });
    expect(document.querySelector("[data-testid=end-reason]")?.textContent).toMatch(/^[A-Z].{10,}\.$/);
  });
});

describe("the end", () => {
  const recap: Recap = { track_count: 2, participant_count: 3, duration_ms: 65_000, tracks: [{ title: "Tides", artist: "", added_by: null, upvotes: 0, skipped: false }], top_adder: null, top_track: null };
  it("says why, and what there was", async () => {
    const { client, link } = clientInJam(joined());
    await showInJam(client, inConsole(<ConsolePage status={status} token="key" url="http://a/jam/x" tvUrl={null} words={[]} onNext={() => undefined} onHistory={() => undefined} onKeys={() => undefined} asked={null} ask={() => undefined} />));
    await act(async () => link.tell({ type: "session_ended", seq: 11, reason: "host", recap }));
    for (const text of ["The jam has ended", "It was ended by its host.", "3 people", "1 min", "Tides"]) expect(document.body.textContent).toContain(text);
    expect([hasButton("Back to the player"), hasButton("History")]).toEqual([true, true]);
  });
});

describe("the console in a jam", () => {
  const open = async (change = {}) => {
    answers({});
    const { client, link } = clientInJam(joined({ participants: [person("me", { role: "host" }), person("bob")] }, change));
    await showInJam(client, inConsole(<Asking>{(opened) => <ConsolePage status={status} token="key" url="http://a/jam/x" tvUrl="http://a/jam/x/display#tv=t" words={["amber", "birch", "cedar", "dogwood"]} onNext={() => undefined} onHistory={() => undefined} onKeys={() => undefined} {...opened} />}</Asking>));
    return link;
  };
  it("has every control of a host, also after handing over", async () => {
    const link = await open({ pending: [person("eve")], bans: [person("kim")] });
    const all = () => ["Let in eve", "What to do with bob", "Allow again: kim", "End jam"].map(hasButton);
    expect(all()).toEqual([true, true, true, true]);
    await act(async () => link.tell(
      { type: "participant_updated", seq: 11, participant: person("me", { role: "member" }) }, { type: "participant_updated", seq: 12, participant: person("bob", { role: "host" }) },
    ));
    expect(all()).toEqual([true, false, true, true]);
    expect(hasButton("Take back")).toBe(true);
  });
  it("has the chat where it is allowed, folded up on a small screen", async () => {
    const link = await open();
    const chat = () => document.querySelector<HTMLDetailsElement>(".console-chat");
    expect(chat()).toBeNull();
    await act(async () => link.tell({ type: "settings_updated", seq: 11, settings: { ...settings, allow_chat: true } }, { type: "participant_updated", seq: 12, participant: person("me", { role: "host", permissions: { ...guestRights, can_chat: true } }) }));
    expect([chat()?.open, chat()?.querySelector("textarea")]).toEqual([false, null]);
    await act(async () => link.tell({ type: "chat_message", seq: 13, from: "Bob", from_id: "bob", message: "Louder!", at: "2024-05-01T20:00:00.000Z" }));
    expect(chat()?.querySelector("[role=status]")?.textContent).toBe("1 new message");
    await act(async () => {
      chat()?.setAttribute("open", "");
      chat()?.dispatchEvent(new Event("toggle"));
    });
    expect([chat()?.textContent?.includes("Louder!"), chat()?.querySelector("textarea") !== null]).toEqual([true, true]);
  });
  it("ends the jam", async () => {
    const link = await open();
    await click("End jam");
    await click("End it");
    expect(link.sent.filter(({ type }) => type === "end_session")).toHaveLength(1);
  });
});
