import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SharingStatus } from "../session/wire.gen";
import { item, joined, track } from "../testing/jam";
import { button, click, clientInJam, hasButton, show, showInJam, unmount } from "../testing/render";
import { fakeSharing, sharingStatus } from "../testing/sharing";
import { BlockMenu } from "./BlockMenu";
import { rulesOf, Sharing, withName } from "./sharing";
import { SharingContext } from "./sharingContext";
import { SharingPanel } from "./SharingPanel";

afterEach(async () => {
  await unmount();
  vi.unstubAllGlobals();
});

function daemonWith(change: Partial<SharingStatus> = {}) {
  const fake = fakeSharing(change);
  vi.stubGlobal("fetch", vi.fn(fake.fetch));
  return fake.daemon;
}
const text = () => document.body.textContent ?? "";
const alert = () => document.querySelector("[role=alert]")?.textContent;
const now = () => document.querySelector("summary .hint")?.textContent;
const tick = (label: string) => act(async () => {
  const found = [...document.querySelectorAll("label")].filter((one) => one.textContent?.startsWith(label));
  if (found.length !== 1) throw new Error(`${found.length} labels begin with ${label}`);
  const [one] = found;
  (one?.htmlFor ? document.getElementById(one.htmlFor) : one?.querySelector("input"))?.click();
});
const panel = (sharing = new Sharing("key")) => show(<SharingContext value={sharing}><SharingPanel fresh={1} roots={[]} /></SharingContext>);

describe("the rules", () => {
  it("hold a name once, and in the order of choosing", () => {
    expect([withName(["a", "b"], "a", true), withName(["a"], "b", true), withName(["a", "b"], "a", false), withName([], "a", false)]).toEqual([["b", "a"], ["a", "b"], ["b"], []]);
  });
  it("are what is sent, without what comes of them", () => {
    expect(Object.keys(rulesOf(sharingStatus())).sort()).toEqual(["blocked_artists", "blocked_tracks", "folders", "genres", "limited", "no_explicit", "playlists"]);
  });
  it("changed twice at once are both kept, and both stand at once", async () => {
    const daemon = daemonWith();
    const sharing = new Sharing("key");
    await sharing.load();
    const done = [sharing.blockTrack(track("t1"), true), sharing.choose("genres", "Jazz", true)];
    expect(sharing.view.get().status).toMatchObject({ blocked_tracks: ["t1"], genres: ["Jazz"] });
    // An older answer does not take them back.
    await sharing.load();
    expect(sharing.view.get().status).toMatchObject({ blocked_tracks: ["t1"], genres: ["Jazz"] });
    expect([await Promise.all(done), daemon.puts.length, daemon.held.blocked_tracks, daemon.held.genres]).toEqual([[true, true], 2, ["t1"], ["Jazz"]]);
  });
  it("of another window are not lost", async () => {
    const daemon = daemonWith();
    const sharing = new Sharing("key");
    await sharing.load();
    daemon.held = { ...daemon.held, blocked_artists: ["Elsewhere"] };
    await sharing.explicit(true);
    expect(daemon.held).toMatchObject({ blocked_artists: ["Elsewhere"], no_explicit: true });
  });
  it("go back when they are refused", async () => {
    const daemon = daemonWith();
    const sharing = new Sharing("key");
    await sharing.load();
    daemon.refuses = true;
    expect([await sharing.limit(true), sharing.view.get()]).toEqual([false, { status: sharingStatus(), trouble: "save" }]);
  });
});

describe("what guests may see", () => {
  it.each<[Partial<SharingStatus>, string]>([
    [{}, "All 10 songs"], [{ shared: 3 }, "3 of 10 songs"], [{ shared: 0 }, "None of 10 songs"], [{ shared: 8, blocked_tracks: ["a"], blocked_artists: ["B"] }, "8 of 10 songs · 2 blocked"],
  ])("is told while it is folded up: %o", async (change, words) => {
    daemonWith(change);
    await panel();
    expect([now(), document.querySelector("details")?.open]).toEqual([words, false]);
  });
  it("is everything, or what is chosen by folder, playlist or genre", async () => {
    const daemon = daemonWith();
    await panel();
    expect(text()).not.toContain("Jazz");
    await tick("Only what I choose");
    expect(text()).toContain("Nothing is chosen yet, so guests find nothing.");
    for (const name of ["/music", "Summer", "Jazz"]) await tick(name);
    expect(rulesOf(daemon.held)).toMatchObject({ limited: true, folders: ["/music"], playlists: ["p1"], genres: ["Jazz"] });
    expect(text()).not.toContain("Nothing is chosen yet");
    await tick("Jazz");
    await tick("No explicit songs");
    expect(rulesOf(daemon.held)).toMatchObject({ genres: [], no_explicit: true });
    await tick("Everything");
    expect(rulesOf(daemon.held)).toMatchObject({ limited: false, folders: ["/music"] });
  });
  it("names what was chosen and is gone, to be taken out", async () => {
    const daemon = daemonWith({ limited: true, genres: ["Polka"] });
    await panel();
    expect(text()).toContain("Polkanot in the library now");
    await tick("Polka");
    expect([daemon.held.genres, text().includes("Polka")]).toEqual([[], false]);
  });
  it("says what is blocked, and frees it, with the focus left near", async () => {
    const daemon = daemonWith({ blocked_tracks: ["t1", "lost"], blocked_artists: ["The Bells"], blocked: [track("t1", { title: "<i>Creep", artist: "" })] });
    await panel();
    const rows = () => [...document.querySelectorAll("[data-testid=blocked] .member-words")].map((row) => row.textContent);
    expect(rows()).toEqual(["The Bellseverything by this artist", "<i>CreepUnknown artist", "A song that is not in the library now"]);
    button("Unblock The Bells").focus();
    await click("Unblock The Bells");
    expect([daemon.held.blocked_artists, document.activeElement?.className]).toEqual([[], "blocked"]);
    await click("Unblock A song that is not in the library now");
    expect([daemon.held.blocked_tracks, rows()]).toEqual([["t1"], ["Song t1Artist t1"]]);
  });
  it("says when it cannot be had or saved", async () => {
    vi.stubGlobal("fetch", vi.fn(async () => new Response("{}", { status: 500 })));
    await panel();
    expect(alert()).toBe("What guests may see could not be had.");
    const daemon = daemonWith();
    await panel();
    daemon.refuses = true;
    await tick("Only what I choose");
    expect([alert(), text().includes("Genres")]).toEqual(["That could not be saved. Try again in a moment.", false]);
  });
});

describe("blocking", () => {
  const open = async (artist = "The Bells") => {
    const { client, link } = clientInJam(joined({ queue: [item("c")], current_index: 0 }));
    const sharing = new Sharing("key");
    await showInJam(client, <SharingContext value={sharing}><BlockMenu track={track("t1", { title: "Tides", artist })} /><SharingPanel fresh={1} roots={[]} /></SharingContext>);
    return { client, link };
  };
  const dialog = () => document.querySelector("[role=dialog]");
  it.each([
    ["Block song", "Block “Tides”?", "It leaves the queue at once", { blocked_tracks: ["t1"], blocked_artists: [] }],
    ["Block artist", "Block everything by The Bells?", "leave the queue at once", { blocked_tracks: [], blocked_artists: ["The Bells"] }],
  ])("%s is asked first", async (what, title, words, rules) => {
    const daemon = daemonWith();
    await open();
    await click(what);
    expect([dialog()?.querySelector("h2")?.textContent, dialog()?.textContent?.includes(words)]).toEqual([title, true]);
    await click("Cancel");
    expect(daemon.puts).toEqual([]);
    await click(what);
    await click("Block");
    expect([daemon.puts.length, rulesOf(daemon.held)]).toMatchObject([1, rules]);
  });
  it("of an artist takes one", async () => {
    daemonWith();
    await open("");
    expect([hasButton("Block song"), hasButton("Block artist")]).toEqual([true, false]);
  });
  it("asks the search anew, and says when it was refused", async () => {
    vi.useFakeTimers();
    const daemon = daemonWith();
    const { client, link } = await open();
    const searches = () => link.sent.filter(({ type }) => type === "search").length;
    await act(async () => vi.advanceTimersByTime(10));
    const before = searches();
    await click("Block song");
    await click("Block");
    await act(async () => vi.advanceTimersByTime(10));
    expect([searches(), client.notices.view.get()]).toEqual([before + 1, []]);
    daemon.refuses = true;
    await click("Block artist");
    await click("Block");
    expect(client.notices.view.get().map(({ text: sentence }) => sentence)).toEqual(["That could not be saved. Try again in a moment."]);
    vi.useRealTimers();
  });
});
