import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ConsoleStatus, OutputList, Playlist } from "../session/wire.gen";
import { button, click, show, unmount } from "../testing/render";
import { OutputChoice } from "./OutputChoice";
import { Playlists } from "./Playlists";

afterEach(async () => {
  await unmount();
  vi.unstubAllGlobals();
});

let asked: string[] = [];
/** Answers by method and path; anything else is not there. */
function answers(table: Record<string, unknown>) {
  asked = [];
  vi.stubGlobal("fetch", vi.fn(async (path: string, init?: RequestInit) => {
    const key = `${init?.method ?? "GET"} ${path}`;
    asked.push(`${key}${typeof init?.body === "string" ? ` ${init.body}` : ""}`);
    const found = table[key];
    return new Response(JSON.stringify(found ?? { code: "track_not_found", message: "" }), { status: found === undefined ? 404 : 200 });
  }));
}
const text = () => document.body.textContent ?? "";

describe("playlists", () => {
  const lists: Playlist[] = [{ id: "a/1", name: "<b>Summer", from: "/music", tracks: 15, missing: 2 }, { id: "b", name: "Drive", from: "Alex at music.example", tracks: 1, missing: 0 }];
  const done = () => [...document.querySelectorAll(".playlist-done")].map((one) => one.textContent);
  it("are not spoken of where there are none", async () => {
    answers({ "GET /api/console/playlists": { playlists: [] } });
    await show(<Playlists token="key" fresh={1} />);
    expect(text()).toBe("");
  });
  it("are listed with what they hold and where they are from", async () => {
    answers({ "GET /api/console/playlists": { playlists: lists } });
    await show(<Playlists token="key" fresh={1} />);
    expect([...document.querySelectorAll("[data-testid=playlist] .member-words")].map((row) => row.textContent)).toEqual(["<b>Summer15 songs · /music2 lines name no song here", "Drive1 song · Alex at music.example"]);
    expect(document.querySelector("summary .hint")?.textContent).toBe("2 playlists");
    await show(<Playlists token="key" fresh={2} />);
    expect(asked.length).toBe(2);
  });
  it("are queued as a whole, which says how many came in", async () => {
    answers({ "GET /api/console/playlists": { playlists: lists }, "POST /api/console/playlists/a%2F1/queue": { added: 12, refused: 3 }, "POST /api/console/playlists/b/queue": { added: 1, refused: 0 } });
    const onQueued = vi.fn();
    await show(<Playlists token="key" fresh={1} onQueued={onQueued} />);
    await click("Queue all of <b>Summer");
    await click("Queue all of Drive");
    expect([done(), onQueued.mock.calls.length]).toEqual([["12 added, 3 left out", "1 added"], 2]);
  });
  it("that cannot be queued say why", async () => {
    answers({ "GET /api/console/playlists": { playlists: lists } });
    await show(<Playlists token="key" fresh={1} />);
    await click("Queue all of Drive");
    expect(done()).toEqual(["", "Song not found"]);
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("no network"))));
    await click("Queue all of Drive");
    expect(done()[1]).toBe("It could not be queued. Try again in a moment.");
  });
  it("are queued once, however often the button is pressed", async () => {
    answers({ "GET /api/console/playlists": { playlists: lists } });
    await show(<Playlists token="key" fresh={1} />);
    vi.stubGlobal("fetch", vi.fn(() => new Promise(() => undefined)));
    await click("Queue all of Drive");
    await click("Queue all of Drive");
    expect([vi.mocked(fetch).mock.calls.length, button("Queue all of Drive").getAttribute("aria-disabled")]).toEqual([1, "true"]);
  });
});

describe("the output", () => {
  const status = (name: "mpv" | "silent", warnings: string[] = []): ConsoleStatus => ({
    host_name: "Alex", jam: null, solo: null, player: { name }, warnings, troubles: [], addresses: [], nearby: [],
    library: { scanning: false, files: 0, total: 0, per_second: 0, seconds_left: null, tracks: 1, broken: 0, folders: [] },
  });
  const list = (chosen: string): OutputList => ({ outputs: [{ name: "alsa/a", description: "Built-in" }, { name: "alsa/b", description: "" }], chosen });
  const select = () => document.querySelector("select");
  const options = () => [...(select()?.options ?? [])].map(({ value, textContent }) => [value, textContent]);
  const pick = (value: string) => act(async () => {
    const box = select() as HTMLSelectElement;
    box.value = value;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  it("is not spoken of where there is no sound, or nothing to choose", async () => {
    answers({ "GET /api/console/outputs": list("") });
    await show(<OutputChoice token="key" status={status("silent")} />);
    expect([text(), asked]).toEqual(["", []]);
    answers({ "GET /api/console/outputs": { outputs: [], chosen: "" } });
    await show(<OutputChoice token="key" status={status("mpv")} />);
    expect(text()).toBe("");
  });
  it("is chosen by what people call it", async () => {
    answers({ "GET /api/console/outputs": list(""), "PUT /api/console/output": list("alsa/b") });
    await show(<OutputChoice token="key" status={status("mpv")} />);
    expect(options()).toEqual([["", "The system’s choice"], ["alsa/a", "Built-in"], ["alsa/b", "alsa/b"]]);
    await pick("alsa/b");
    expect([asked.slice(-1), select()?.value]).toEqual([['PUT /api/console/output {"name":"alsa/b"}'], "alsa/b"]);
  });
  it("that is away is shown as such", async () => {
    answers({ "GET /api/console/outputs": list("usb/dac") });
    await show(<OutputChoice token="key" status={status("mpv")} />);
    expect([select()?.value, options()[1]?.[1], text().includes("as soon as it is back")]).toEqual(["usb/dac", "usb/dac (not there now)", true]);
  });
  it("goes back when it is refused, and says so", async () => {
    answers({ "GET /api/console/outputs": list("") });
    await show(<OutputChoice token="key" status={status("mpv")} />);
    await pick("alsa/a");
    expect([select()?.value, text().includes("could not be chosen")]).toEqual(["", true]);
  });
  it("is asked for anew when the list is opened", async () => {
    answers({ "GET /api/console/outputs": list("") });
    const root = await show(<OutputChoice token="key" status={status("mpv")} />);
    expect([root.querySelector("select") !== null, asked.length]).toEqual([true, 1]);
    await act(async () => select()?.focus());
    expect(asked.length).toBe(2);
  });
});
