import { act } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkMark } from "../jam/NetworkBadge";
import type { LinkHandlers } from "../link/link";
import { JamClient } from "../session/client";
import { fakeSeats } from "../testing/host";
import { joined, person } from "../testing/jam";
import { click, show, showInJam, type, unmount } from "../testing/render";
import { spoken } from "../testing/sentences";
import { FakeSocket } from "../testing/socket";
import { GuestApp } from "./GuestApp";
import { judgeLink, keepLink, linkKey, memberOf } from "./memory";
import { loadSession, loadSoulServer } from "./sessionChunk";

const key = "gHuRh6rEtYwDF2TOgGDfxWpvaW4tc2VjcmV0LTE2LWI";
const heading = () => document.querySelector("h1")?.textContent;

beforeAll(async () => void (await Promise.all([loadSession(), loadSoulServer()])));
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  window.scrollTo = () => undefined;
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify({
    name: "Friday", host_name: "Alex", participant_count: 3, current_track: null, is_active: true, state: "active",
  }))));
});
afterEach(unmount);
async function open(path: string) {
  history.replaceState(null, "", path);
  await show(<GuestApp />);
}

describe("the link's key", () => {
  it("goes from the address into storage", async () => {
    await open(`/jam/HQRS-2K4M#${key}`);
    expect(location.href).toBe("http://localhost:3000/jam/HQRS-2K4M");
    expect(linkKey("HQRS-2K4M")).toBe(key);
    expect(linkKey("ABCD-2345")).toBeNull();
  });
  it("leaves a screen's token where it is", async () => {
    await open(`/jam/HQRS-2K4M/display#${key}&tv=secret`);
    expect(location.hash).toBe("#tv=secret");
    expect(linkKey("HQRS-2K4M")).toBe(key);
  });
  it("goes on to the program on this computer", async () => {
    const app = () => [...document.querySelectorAll("a")].find((a) => a.textContent === "Open in the app")?.getAttribute("href");
    await open("/jam/hqrs2k4m");
    expect(app()).toBe("soul-jam://HQRS-2K4M?server=http%3A%2F%2Flocalhost%3A3000");
    await open(`/jam/HQRS-2K4M#${key}`);
    expect(app()).toBe(`soul-jam://HQRS-2K4M?server=http%3A%2F%2Flocalhost%3A3000#${key}`);
    await open("/jam/ABCD-2345");
    expect(app()).toBe("soul-jam://ABCD-2345?server=http%3A%2F%2Flocalhost%3A3000");
  });
  it("that is wrong does not take the place of a good one", async () => {
    const wrong = `A${key.slice(1)}`;
    keepLink("HQRS-2K4M", `#${key}`);
    sessionStorage.clear();
    keepLink("HQRS-2K4M", `#${wrong}`);
    expect(linkKey("HQRS-2K4M")).toBe(wrong);
    judgeLink("HQRS-2K4M", false);
    expect(linkKey("HQRS-2K4M")).toBe(key);
    // A better one does.
    keepLink("HQRS-2K4M", `#${wrong}`);
    judgeLink("HQRS-2K4M", true);
    sessionStorage.clear();
    expect(linkKey("HQRS-2K4M")).toBe(wrong);
  });
  it("is found in what somebody wrote around it", async () => {
    await open("/");
    await type(document.querySelector("input") as HTMLInputElement, `Come! (https://soul.example/jam/hqrs-2k4m#${key}) at 8, bring cake.`);
    await click("Go");
    expect([location.pathname, linkKey("HQRS-2K4M")]).toEqual(["/jam/HQRS-2K4M", key]);
  });
  it("that was cut off while it was copied is not taken for a typed code either", async () => {
    await open("/");
    await type(document.querySelector("input") as HTMLInputElement, `https://soul.example/jam/HQRS-2K4M#${key.slice(0, 20)} tonight`);
    await click("Go");
    expect([location.pathname, document.querySelector("[role=alert]")?.textContent]).toEqual(["/", "This link is cut off"]);
  });
  it("that is cut off is not taken for a typed code", async () => {
    await open(`/jam/HQRS-2K4M#${key.slice(0, 30)}`);
    expect(heading()).toBe("This link is cut off");
    expect(FakeSocket.all).toHaveLength(0);
    await click("Type another code");
    expect(location.pathname + location.hash).toBe("/");
  });
  it("comes with a pasted link, too", async () => {
    await open("/");
    await type(document.querySelector("input") as HTMLInputElement, `https://soul.example/jam/HQRS-2K4M#${key} `);
    await click("Go");
    expect(location.pathname).toBe("/jam/HQRS-2K4M");
    expect(linkKey("HQRS-2K4M")).toBe(key);
  });
  it("is shown to nobody who answers without a seal", async () => {
    await open(`/jam/HQRS-2K4M#${key}`);
    await click("Join");
    await FakeSocket.last().accept();
    expect(FakeSocket.last().sent).toEqual([]);
    expect(heading()).toBe("This link does not belong to the host that answers");
  });
  it("is shared on", async () => {
    localStorage.setItem("jam.link.HQRS-2K4M", key);
    vi.stubGlobal("crypto", { getRandomValues: (some: Uint8Array) => some });
    await open("/jam/HQRS-2K4M");
    await click("Join");
    await FakeSocket.last().accept();
    await FakeSocket.last().tell(joined());
    await vi.waitFor(() => expect(document.querySelector("[data-testid=link]")?.textContent).toBe(`http://localhost:3000/jam/HQRS-2K4M#${key}`));
  });
});

describe("a member's token", () => {
  it("is kept by host, and shown to none that only soul-server vouches for", () => {
    let host: { peer: string; verified: boolean } | null = null;
    const member = memberOf(() => host);
    member.write("of this origin");
    host = { peer: "A", verified: true };
    expect(member.read()).toBeNull();
    member.write("of A");
    host = { peer: "B", verified: true };
    expect(member.read()).toBeNull();
    host = { peer: "A", verified: false };
    expect(member.read()).toBeNull();
    host = { peer: "A", verified: true };
    expect(member.read()).toBe("of A");
    host = null;
    expect(member.read()).toBe("of this origin");
  });
});

describe("over a link from elsewhere", () => {
  function remoteClient(sealed: boolean, verified: boolean, path: "lan" | "direct" | "relayed") {
    const links: LinkHandlers[] = [];
    const sent: Record<string, unknown>[] = [];
    const client = new JamClient({
      code: "HQRS-2K4M", seats: fakeSeats(), visible: () => false,
      open: (handlers) => {
        links.push(handlers);
        return { ...(sealed ? { sealed } : {}), send: (frame) => void sent.push(JSON.parse(frame) as Record<string, unknown>), close: () => undefined };
      },
      sentences: spoken,
    });
    client.start({ display_name: "Sam" });
    links[0]?.onOpen();
    const tell = (message: object) => links[0]?.onMessage(JSON.stringify(message));
    tell(joined({ participants: [person("alex", { role: "host" }), person("me", { path, verified })] }));
    return { client, sent, tell, links };
  }
  it.each([
    [true, false, "relayed", "Not verified"], [true, false, "direct", "Not verified"], [true, true, "relayed", undefined], [true, true, "direct", undefined],
    [false, false, "relayed", "Not encrypted"], [false, true, "relayed", "Not encrypted"], [false, false, "lan", undefined],
  ] as const)("sealed %s, verified %s, %s: %s", async (sealed, verified, path, mark) => {
    await showInJam(remoteClient(sealed, verified, path).client, <NetworkMark />);
    expect(document.querySelector("[data-testid=network-mark] summary")?.textContent).toBe(mark);
  });
  it("covers come as messages, and HTTP is not asked", async () => {
    const { client, sent, tell } = remoteClient(true, true, "relayed");
    const made: Blob[] = [];
    URL.createObjectURL = (blob) => `blob:${made.push(blob as Blob)}`;
    const changed = vi.fn();
    client.covers.watch("t", "small", changed);
    await vi.waitFor(() => expect(sent.some(({ type }) => type === "art")).toBe(true));
    const asked = () => sent.filter(({ type }) => type === "art");
    vi.useFakeTimers();
    tell({ type: "error", id: asked()[0]?.["id"], code: "rate_limited", message: "", retry_after_ms: 500 });
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    expect(asked()).toHaveLength(2);
    tell({ type: "art_data", track_id: "t", mime: "image/jpeg", data: btoa("picture") });
    tell({ type: "ack", id: asked()[1]?.["id"], seq: 10 });
    await vi.waitFor(() => expect(client.covers.peek("t", "small")).toBe("blob:1"));
    expect(made[0]?.type).toBe("image/jpeg");
    expect(made[0]?.size).toBe("picture".length);
    client.covers.watch("none", "small", changed);
    await vi.waitFor(() => expect(asked()).toHaveLength(3));
    tell({ type: "error", id: asked()[2]?.["id"], code: "track_not_found", message: "" });
    await vi.waitFor(() => expect(client.covers.peek("none", "small")).toBeNull());
    expect(fetch).not.toHaveBeenCalled();
    await act(async () => client.stop());
  });
});
