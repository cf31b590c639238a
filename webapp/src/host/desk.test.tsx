import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Trouble, Wifi } from "../session/wire.gen";
import { RequestBell } from "../hosting/RequestBell";
import { joined, person } from "../testing/jam";
import { button, click, clientInJam, hasButton, show, showInJam, type, unmount } from "../testing/render";
import { Bell, setBell } from "./bell";
import { folderLabel } from "./folders";
import { Share } from "./Share";
import { Troubles } from "./Troubles";

const text = () => document.body.textContent ?? "";
beforeEach(() => {
  localStorage.clear();
  URL.createObjectURL = () => "blob:1";
  URL.revokeObjectURL = () => undefined;
});
afterEach(async () => {
  await unmount();
  vi.unstubAllGlobals();
});

describe("what is wrong", () => {
  const trouble = (code: string, params: Record<string, string> = {}): Trouble => ({ code, text: `The daemon on ${code}`, params });
  it.each<[string, Record<string, string>, string[], string[]]>([
    ["no_mpv", { system: "linux" }, ["mpv is not installed"], ["sudo apt install mpv", "sudo dnf install mpv", "sudo pacman -S mpv"]],
    ["no_mpv", { system: "darwin" }, ["mpv is not installed"], ["brew install mpv"]], ["no_mpv", { system: "plan9" }, ["mpv is not installed"], []],
    ["folder_missing", { folder: "/<b>music" }, ["/<b>music is not there", "Plug in"], []], ["cannot_play", {}, ["Paused", "Press play"], []],
    ["soul_server", { server: "https://soul.example", reason: "no answer" }, ["https://soul.example", "On this Wi-Fi", "(no answer)"], []],
    ["no_music", { folder: "/music" }, ["no music yet", "Put some into /music"], ["hostd serve --music DIR"]], ["port_taken", { wanted: "7420", port: "7422" }, ["7420", "7422"], []],
    ["disk_full", { folder: "/data" }, ["disk is full", "The music goes on"], []], ["data_away", { folder: "/data" }, ["The data in /data is gone"], []],
    ["not_saved", { folder: "/data", reason: "it may not be written" }, ["not saved", "it may not be written"], []], ["data_lost", { kept: "/data/old" }, ["begins anew", "kept as /data/old"], []],
    ["data_restored", { at: "2026-03-01T12:00:00Z", kept: "/data/old" }, ["What was saved on Mar 1, 2026", "kept as /data/old"], []],
    ["from tomorrow", {}, ["The daemon on from tomorrow"], []],
  ])("%s %j", async (code, params, words, commands) => {
    await show(<Troubles troubles={[trouble(code, params)]} />);
    for (const word of words) expect(text()).toContain(word);
    expect([...document.querySelectorAll("code")].map((one) => one.textContent)).toEqual(commands);
  });
  it("is not spoken of when all is well", async () => {
    await show(<Troubles troubles={[]} />);
    expect(text()).toBe("");
  });
});

it.each([
  ["/music/Jazz/Old", ["/music"], "Jazz/Old"], ["/music", ["/music"], "music"], ["/music/Jazz", ["/music", "/mnt/disk"], "music/Jazz"], ["/musical/Jazz", ["/music"], "/musical/Jazz"],
  ["/music/rock/x", ["/music", "/music/rock/"], "rock/x"], ["C:\\Music\\Jazz", ["C:\\Music"], "Jazz"], ["Alex at music.example", ["/music"], "Alex at music.example"], ["/music/<b>", ["/music/"], "<b>"],
])("%s of %j is shown as %s", (path, roots, label) => expect(folderLabel(path, roots)).toBe(label));

describe("the invitation", () => {
  let kept: Wifi;
  let bodies: unknown[];
  const paths: string[] = [];
  const large = vi.fn();
  const url = "https://soul.example/jam/HQRS-2K4M#key";
  const tv = "https://soul.example/jam/HQRS-2K4M/display#key&tv=secret";
  beforeEach(() => {
    kept = { name: "", hidden: false, locked: false };
    bodies = [];
    paths.length = 0;
    large.mockClear();
    vi.stubGlobal("fetch", vi.fn(async (path: string, init?: RequestInit) => {
      paths.push(path);
      if (path !== "/api/console/wifi") return new Response("<svg/>");
      if (init?.method === "DELETE") kept = { name: "", hidden: false, locked: false };
      if (init?.method === "PUT") {
        const asked = JSON.parse(String(init.body)) as { name: string; password: string | null; hidden: boolean };
        bodies.push(asked);
        kept = { name: asked.name, hidden: asked.hidden, locked: asked.password !== "" };
      }
      return init?.method === "DELETE" ? new Response(null, { status: 204 }) : new Response(JSON.stringify(kept));
    }));
  });
  const share = (addresses: string[], isLarge = false) =>
    showInJam(clientInJam(joined()).client, <Share url={url} tvUrl={tv} words={[]} token="key" addresses={addresses} large={isLarge} onLarge={large} />);
  const link = (id = "link") => document.querySelector<HTMLInputElement>(`[data-testid=${id}]`)?.value;
  const radio = (name: string) => [...document.querySelectorAll("label")].find((one) => one.textContent === name)?.querySelector("input");
  const field = (label: string) => document.getElementById([...document.querySelectorAll("label")].find((one) => one.textContent === label)?.htmlFor ?? "") as HTMLInputElement;
  const submit = () => act(async () => document.querySelector("form")?.requestSubmit());

  it("leads through the soul-server, or straight over this network, as the host chooses", async () => {
    await share(["https://soul.example", "http://192.0.2.7:7420", "http://10.0.0.7:7420"]);
    expect([link(), link("tv-link"), text().includes("through soul.example"), document.querySelectorAll("[data-testid=address]").length]).toEqual([url, tv, true, 0]);
    await act(async () => radio("On this Wi-Fi")?.click());
    expect([link(), link("tv-link")]).toEqual(["http://192.0.2.7:7420/jam/HQRS-2K4M", "http://192.0.2.7:7420/jam/HQRS-2K4M/display#tv=secret"]);
    expect(paths.at(-1)).toBe(`/api/jam/sessions/HQRS-2K4M/qr.svg?base=${encodeURIComponent("http://192.0.2.7:7420")}`);
    await act(async () => radio("10.0.0.7:7420")?.click());
    expect(link()).toBe("http://10.0.0.7:7420/jam/HQRS-2K4M");
    // Both choices are remembered while they can hold.
    await share(["https://soul.example", "http://10.0.0.7:7420"]);
    expect([link(), radio("On this Wi-Fi")?.checked]).toEqual(["http://10.0.0.7:7420/jam/HQRS-2K4M", true]);
    await share(["https://soul.example"]);
    expect([link(), radio("On this Wi-Fi")]).toEqual([url, undefined]);
  });
  it("has the Wi-Fi as a second code, whose password is typed once and never shown", async () => {
    await share([]);
    await type(field("Name of the network"), "Home");
    await type(field("Password"), "short");
    await submit();
    expect([document.querySelector("[role=alert]")?.textContent, bodies]).toEqual(["The password has 8 to 64 characters.", []]);
    await type(field("Password"), "open sesame");
    await submit();
    expect([bodies, document.querySelector<HTMLImageElement>("[data-testid=wifi-qr]")?.alt]).toEqual([[{ name: "Home", password: "open sesame", hidden: false }], "QR code that joins the Wi-Fi Home"]);
    await click("Change");
    expect([field("Password").value, field("Password").type]).toEqual(["", "password"]);
    await submit();
    expect(bodies[1]).toEqual({ name: "Home", password: null, hidden: false });
    await click("Change");
    await type(field("Name of the network"), "Café");
    await submit();
    expect(bodies[2]).toEqual({ name: "Café", password: "", hidden: false });
    await click("Remove");
    expect([kept.name, hasButton("Save"), paths.some((path) => path.includes("sesame"))]).toEqual(["", true, false]);
  });
  it("is shown large, both codes, without what machines alone need", async () => {
    kept = { name: "Home", hidden: false, locked: true };
    await share([], true);
    const dialog = document.querySelector("[role=dialog]");
    expect([dialog?.querySelectorAll("img").length, dialog?.querySelector(".link")?.textContent, dialog?.querySelector("strong")?.textContent]).toEqual([2, "soul.example/jam/HQRS-2K4M", "Home"]);
    await click("Close");
    expect(large.mock.calls).toEqual([[false]]);
    await share([]);
    await act(async () => button("Show large").click());
    expect(large.mock.lastCall).toEqual([true]);
  });
});

describe("the bell", () => {
  let tones: number;
  const audio = () => {
    tones = 0;
    const param = () => ({ setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {}, value: 0 });
    vi.stubGlobal("AudioContext", class {
      currentTime = 0;
      destination = {};
      resume = async () => undefined;
      suspend = async () => undefined;
      close = async () => undefined;
      createGain = () => ({ gain: param(), connect: () => undefined });
      createOscillator = () => ({ type: "", frequency: param(), connect: (to: unknown) => to, start: () => tones++, stop: () => undefined });
    });
  };
  const asks = (...ids: string[]) => ids.map((id, i) => ({ type: "join_requested" as const, seq: 20 + i, participant: person(id) }));
  const open = async (touched: boolean) => {
    audio();
    const bell = new Bell();
    const end = bell.begin();
    if (touched) dispatchEvent(new Event("pointerdown"));
    const { client, link } = clientInJam(joined());
    await showInJam(client, <RequestBell onAsked={bell.ring} />);
    return { link, end };
  };
  it("is heard once for many, and not again soon", async () => {
    const { link, end } = await open(true);
    await act(async () => link.tell(...asks("ann", "ben", "cid")));
    expect(tones).toBe(2);
    await act(async () => link.tell({ type: "join_requested", seq: 30, participant: person("dan") }));
    expect(tones).toBe(2);
    end();
  });
  it("is silent before the page was touched, and when it is turned off", async () => {
    const untouched = await open(false);
    await act(async () => untouched.link.tell(...asks("ann")));
    expect(tones).toBe(0);
    untouched.end();
    setBell(false);
    const { link, end } = await open(true);
    await act(async () => link.tell(...asks("ann")));
    expect(tones).toBe(0);
    end();
    setBell(true);
    expect(localStorage.getItem("jam.console.bell")).toBeNull();
  });
});
