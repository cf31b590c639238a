import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { joined, nothing, person, settings } from "../testing/jam";
import { button, click, clientInJam, show, showInJam, type, unmount } from "../testing/render";
import type { ConsoleStatus } from "../session/wire.gen";
import { HostApp } from "./HostApp";
import { Settings } from "./Settings";
import { takeToken } from "./token";

const status: ConsoleStatus = {
  host_name: "Alex", jam: null, player: { name: "silent" },
  library: { scanning: true, files: 12, total: 48, per_second: 6, seconds_left: 6, tracks: 3, broken: 1, folders: ["/music"] },
  warnings: ["No sound: mpv is not installed"], addresses: ["http://192.0.2.7:7420"], nearby: [],
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
    expect(heading()).toBe("Start a jam");
    for (const text of ["No sound: mpv is not installed", "12 of 48 files", "1 file could not be read"]) expect(document.body.textContent).toContain(text);
    await type(document.querySelector("input") as HTMLInputElement, " Friday ");
    await act(async () => document.querySelectorAll<HTMLInputElement>("input[type=radio]")[1]?.click());
    await click("Start the jam");
    const post = asked.find(({ path }) => path === "/api/jam/sessions");
    expect(post?.init).toMatchObject({ method: "POST", headers: { Authorization: "Bearer key" } });
    expect(JSON.parse(String(post?.init?.body))).toEqual({ settings: { name: "Friday", guest_can_add: false } });
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

describe("settings", () => {
  it("are sent one by one and go back when refused", async () => {
    const { client, link } = clientInJam(joined({ settings, participants: [person("me", { role: "host", permissions: nothing })] }));
    await showInJam(client, <Settings />);
    const everything = () => document.querySelectorAll<HTMLInputElement>("[role=switch]")[3];
    await act(async () => everything()?.click());
    expect(everything()?.checked).toBe(true);
    const command = link.sent.filter(({ type: kind }) => kind === "update_settings")[0];
    expect(command).toMatchObject({ settings: { guest_can_control: true } });
    await act(async () => link.tell({ type: "error", id: command?.id ?? "", code: "not_authorized", message: "no" }));
    expect(everything()?.checked).toBe(false);
  });
  it("hold numbers to what the host takes", async () => {
    const { client, link } = clientInJam(joined({ settings }));
    await showInJam(client, <Settings />);
    const guests = document.querySelectorAll<HTMLInputElement>("input[type=number]")[1] as HTMLInputElement;
    for (const typed of ["5000", "0"]) {
      await type(guests, typed);
      await act(async () => guests.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));
    }
    expect(link.sent.filter(({ type: kind }) => kind === "update_settings")).toMatchObject([
      { settings: { max_participants: 2000 } }, { settings: { max_participants: 1 } },
    ]);
  });
});

it("the history shows what was played", async () => {
  const row = { id: "a", name: "Party", share_code: "HQRS-2K4M", created_at: "2024-05-01T20:00:00.000Z", ended_at: null, end_reason: null, participant_count: 2, track_count: 1 };
  const played = { track_id: "t", title: "Tides", artist: "", album: "", duration_ms: 1, has_art: false, played_at: "2024-05-01T20:00:00.000Z", added_by: "Jo", skipped: true, outcome: "skipped" };
  answers({
    "/api/console/status": [200, status], "/api/jam/history": [200, { sessions: [row] }], "/api/jam/history/a": [200, { ...row, tracks: [played] }],
  });
  await show(<HostApp token="key" />);
  await click("History");
  await act(async () => document.querySelector<HTMLElement>("[data-testid=history-row]")?.click());
  for (const text of ["Party", "Tides", "Unknown artist", "Added by Jo", "skipped"]) expect(document.body.textContent).toContain(text);
  expect(button("Back")).toBeTruthy();
});
