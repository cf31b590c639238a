import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { joined } from "../testing/jam";
import { button, click, clientInJam, hasButton, show, showInJam, unmount } from "../testing/render";
import type { ConsoleStatus, HistoryDetail, LibraryStatus } from "../session/wire.gen";
import { HistoryPage } from "./History";
import { LibraryLine } from "./Machine";
import { Nearby } from "./Nearby";
import { Share } from "./Share";

const asked: { path: string; init: RequestInit | undefined }[] = [];
let made: Blob[] = [];
function answers(table: Record<string, unknown>) {
  asked.length = 0;
  vi.stubGlobal("fetch", vi.fn(async (path: string, init?: RequestInit) => {
    asked.push({ path, init });
    return new Response(JSON.stringify(table[path] ?? { code: "session_not_found" }), { status: path in table ? 200 : 404 });
  }));
}
const text = () => document.body.textContent ?? "";

beforeEach(() => {
  localStorage.clear();
  made = [];
  URL.createObjectURL = (blob: Blob) => `blob:${made.push(blob)}`;
  URL.revokeObjectURL = () => undefined;
});
afterEach(unmount);

describe("the library", () => {
  const idle: LibraryStatus = { scanning: false, files: 0, total: 0, per_second: 0, seconds_left: null, tracks: 1234, broken: 0, folders: [] };
  const status = (library: Partial<LibraryStatus>): ConsoleStatus => ({
    host_name: "Alex", jam: null, solo: null, player: { name: "mpv" }, library: { ...idle, ...library }, warnings: [], troubles: [], addresses: [], nearby: [],
  });
  const bar = () => document.querySelector<HTMLElement>("[role=progressbar]");
  it("says how far the scan is, in words and as a line", async () => {
    await show(<LibraryLine token="key" status={status({ scanning: true, files: 1200, total: 10_000, per_second: 349.6, seconds_left: 25 })} />);
    expect(document.querySelector("[role=status]")?.textContent).toBe("Reading your music…");
    expect(document.querySelector("[data-testid=scan]")?.textContent).toBe("1,200 of 10,000 files · 350 a second · about 25\u00a0s left");
    expect([bar()?.getAttribute("aria-valuenow"), bar()?.getAttribute("aria-valuetext")]).toEqual(["12", "1,200 of 10,000 files · 350 a second · about 25\u00a0s left"]);
  });
  it("says what it knows while the files are being counted", async () => {
    await show(<LibraryLine token="key" status={status({ scanning: true, files: 7 })} />);
    expect(document.querySelector("[data-testid=scan]")?.textContent).toBe("7 files so far");
    expect(bar()?.hasAttribute("aria-valuenow")).toBe(false);
  });
  it("has no line, and no list of broken files, when there is nothing to tell", async () => {
    await show(<LibraryLine token="key" status={status({})} />);
    expect([text(), bar(), document.querySelector("button")]).toEqual(["1,234 songs in the library", null, null]);
  });
  it("lists broken files with their reasons, as text", async () => {
    answers({ "/api/console/broken": { files: [{ path: "/music/<b>a</b>.mp3", reason: "no sound in it" }, { path: "/music/b.flac", reason: "cut off" }] } });
    await show(<LibraryLine token="key" status={status({ broken: 2 })} />);
    await click("2 files could not be read");
    expect(asked[0]).toMatchObject({ path: "/api/console/broken", init: { headers: { Authorization: "Bearer key" } } });
    const files = [...document.querySelectorAll("[data-testid=broken-file]")];
    expect(files.map((file) => file.textContent)).toEqual(["/music/<b>a</b>.mp3no sound in it", "/music/b.flaccut off"]);
    await click("Close");
    expect(document.querySelector("[role=dialog]")).toBeNull();
  });
});

describe("the address of the link", () => {
  const url = "http://192.0.2.7:7420/jam/HQRS-2K4M";
  const tv = "http://192.0.2.7:7420/jam/HQRS-2K4M/display#tv=secret";
  const addresses = ["http://192.0.2.7:7420", "http://[2001:db8::7]:7420"];
  const qr = "/api/jam/sessions/HQRS-2K4M/qr.svg";
  const other = `${qr}?base=${encodeURIComponent("http://[2001:db8::7]:7420")}`;
  const link = (id = "link") => document.querySelector<HTMLInputElement>(`[data-testid=${id}]`)?.value;
  const drawn = () => asked.map(({ path }) => path).filter((path) => path.startsWith(qr));
  const small = { large: false, onLarge: () => undefined };
  const choices = () => [...document.querySelectorAll<HTMLInputElement>("[data-testid=address]")];
  const share = (given: string[]) => showInJam(clientInJam(joined()).client, <Share url={url} tvUrl={tv} words={[]} token="key" addresses={given} {...small} />);
  it("needs no choice where there is only one, or none", async () => {
    answers({ [qr]: {} });
    for (const given of [[], addresses.slice(0, 1)]) {
      await share(given);
      expect([choices().length, link(), link("tv-link")]).toEqual([0, url, tv]);
    }
    expect(drawn()).toEqual([qr, qr]);
  });
  it("is chosen, in link and QR, and remembered while it exists", async () => {
    answers({ [qr]: {}, [other]: {} });
    await share(addresses);
    expect(choices().map(({ checked, parentElement }) => [checked, parentElement?.textContent])).toEqual([[true, "192.0.2.7:7420"], [false, "[2001:db8::7]:7420"]]);
    await act(async () => choices()[1]?.click());
    expect([link(), drawn()]).toEqual(["http://[2001:db8::7]:7420/jam/HQRS-2K4M", [qr, other]]);
    expect(link("tv-link")).toBe("http://[2001:db8::7]:7420/jam/HQRS-2K4M/display#tv=secret");
    expect(asked.every(({ init }) => JSON.stringify(init?.headers).includes("Bearer key"))).toBe(true);
    await unmount();
    await share(addresses);
    expect(choices()[1]?.checked).toBe(true);
    await share(["http://192.0.2.7:7420", "http://198.51.100.2:7420"]);
    expect([choices()[0]?.checked, link()]).toEqual([true, url]);
  });
  it("has none for a TV before the daemon has told it", async () => {
    answers({ [qr]: {} });
    await showInJam(clientInJam(joined()).client, <Share url={url} tvUrl={null} words={[]} token="key" addresses={[]} {...small} />);
    expect(link("tv-link")).toBeUndefined();
  });
  it("for a TV is copied by a button where the browser has one, and says what it is for", async () => {
    answers({ [qr]: {} });
    const copied: string[] = [];
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void copied.push(text) } });
    await share([]);
    await act(async () => document.querySelector<HTMLElement>("details button")?.click());
    vi.unstubAllGlobals();
    expect([copied, text().includes("Whoever has it can watch, without being let in, and can touch nothing.")]).toEqual([[tv], true]);
  });
});

describe("other jams", () => {
  const jam = { name: "Roof", code: "ABCD-EFGH", url: "http://192.0.2.9:7420/jam/ABCD-EFGH", own: false };
  it("are links that know nothing of this page; own ones and foreign addresses are left out", async () => {
    await show(<Nearby jams={[jam, { ...jam, own: true }, { ...jam, url: "javascript:alert(1)" }]} />);
    const links = [...document.querySelectorAll("a")];
    expect(links.map(({ href, target, rel }) => [href, target, rel])).toEqual([[jam.url, "_blank", "noopener noreferrer"]]);
    expect(links[0]?.textContent).toContain("Roof");
  });
  it("are not spoken of when there are none", async () => {
    await show(<Nearby jams={[{ ...jam, own: true }]} />);
    expect(text()).toBe("");
  });
});

describe("an evening as a file", () => {
  const row: HistoryDetail = {
    id: "a/b", name: "Party", share_code: "HQRS-2K4M", created_at: "2026-11-23T20:00:00.000Z", ended_at: null, end_reason: null, participant_count: 2, track_count: 0, tracks: [], recap: null,
  };
  it("is fetched with the key and saved under a name of day and code", async () => {
    const saved: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(`${this.download} ${this.href}`);
    });
    answers({ "/api/jam/history": { sessions: [row] }, "/api/jam/history/a%2Fb": row, "/api/jam/history/a%2Fb?format=csv": {}, "/api/jam/history/a%2Fb?format=m3u": {} });
    await show(<HistoryPage token="key" onBack={() => undefined} />);
    await act(async () => document.querySelector<HTMLElement>("[data-testid=history-row]")?.click());
    await click("CSV");
    await click("Playlist (M3U)");
    expect(saved).toEqual(["jam-2026-11-23-HQRS-2K4M.csv blob:1", "jam-2026-11-23-HQRS-2K4M.m3u8 blob:2"]);
    expect(asked.slice(-1)[0]?.init).toMatchObject({ headers: { Authorization: "Bearer key" } });
    expect(document.querySelector("a[download]")).toBeNull();
    await click("JSON");
    expect(document.querySelector("[role=alert]")?.textContent).toContain("could not be had");
    expect([hasButton("CSV"), button("Back").disabled]).toEqual([true, false]);
  });
});
