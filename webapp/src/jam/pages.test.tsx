import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { button, click, clientInJam, hasButton, showInJam, type, unmount } from "../testing/render";
import { guestRights, item, joined, nothing, person, track } from "../testing/jam";
import type { FakeLink } from "../testing/host";
import type { JamPermissions, JamQueueItem } from "../session/wire.gen";
import { JamToasts } from "./JamToasts";
import { NetworkBadge } from "./NetworkBadge";
import { NowPlaying } from "./NowPlaying";
import { Participants } from "./Participants";
import { Queue } from "./Queue";
import { SearchTracks } from "./SearchTracks";
import { clockTime } from "./time";

afterEach(unmount);

const queue = [item("c"), item("a"), item("b", "me"), item("d", "gone")];
function jamWith(permissions: JamPermissions = guestRights, items: JamQueueItem[] = queue, currentIndex = 0) {
  const people = [person("alex", { role: "host", display_name: "Alex" }), person("me", { display_name: "Sam", permissions })];
  return clientInJam(joined({ queue: items, current_index: currentIndex, participants: people }, { permissions }));
}
/** The commands, without what the page asks by itself. */
const asked = (link: FakeLink) => link.sent.filter(({ type: kind }) => !["join_request", "ping", "search"].includes(kind));
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid=queue-item]")];
const all: JamPermissions = { ...guestRights, can_remove_any: true, can_reorder: true, can_control: true, can_skip: true, can_set_volume: true };

describe("the queue", () => {
  it("says who added each, and You! on one's own", async () => {
    await showInJam(jamWith().client, <Queue />);
    expect(rows().map((row) => [row.dataset["itemId"], row.dataset["mine"]])).toEqual([["a", "false"], ["b", "true"], ["d", "false"]]);
    expect(rows().map((row) => row.textContent)).toEqual([
      expect.stringContaining("Alex"), expect.stringContaining("You!"), expect.stringContaining("Someone"),
    ]);
  });
  it.each([
    ["own songs only", guestRights, ["Song t-b"]],
    ["none", nothing, []],
    ["all", all, ["Song t-a", "Song t-b", "Song t-d"]],
  ] as const)("lets a person remove %s", async (_what, permissions, removable) => {
    await showInJam(jamWith(permissions).client, <Queue />);
    expect(["Song t-a", "Song t-b", "Song t-d"].filter((title) => hasButton(`Remove ${title}`))).toEqual(removable);
  });
  it("asks the host to remove, and moves in front of another song", async () => {
    const { client, link } = jamWith(all);
    await showInJam(client, <Queue />);
    await click("Remove Song t-b");
    await click("Move Song t-a down");
    await click("Move Song t-b down");
    await click("Move Song t-d up");
    await click("Play Song t-d now");
    expect(asked(link)).toMatchObject([
      { type: "remove_track", queue_item_id: "b" },
      { type: "reorder", queue_item_id: "a", before: "d" },
      { type: "reorder", queue_item_id: "b", before: null },
      { type: "reorder", queue_item_id: "d", before: "b" },
      { type: "play_now", queue_item_id: "d" },
    ]);
    expect(button("Move Song t-a up").disabled).toBe(true);
    expect(button("Move Song t-d down").disabled).toBe(true);
  });
  it("follows the events, and the rights", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <Queue />);
    await act(async () => link.tell({ type: "queue_order", seq: 11, order: ["b", "a", "d"], why: [] }));
    expect(rows()[0]?.dataset["itemId"]).toBe("b");
    expect(document.body.textContent).toContain("You’re up next");
    await act(async () => link.tell({ type: "participant_updated", seq: 12, participant: person("me", { permissions: nothing }) }));
    expect(hasButton("Remove Song t-b")).toBe(false);
  });
  it("shows a song that is being added", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <Queue />);
    await act(async () => void client.add(track("new")));
    expect(document.querySelector("[data-testid=queue-adding]")?.textContent).toContain("Song newArtist newAdding…");
    const id = asked(link)[0]?.id ?? "";
    await act(async () => link.tell({ type: "error", id, code: "duplicate_track", message: "That song is already in the queue" }));
    expect(document.querySelector("[data-testid=queue-adding]")).toBeNull();
  });
  it("has words when it is empty", async () => {
    await showInJam(jamWith(guestRights, [], -1).client, <Queue />);
    expect(document.body.textContent).toContain("No songs are waiting.");
  });
});

describe("text from others", () => {
  const evil = ["<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "{{7*7}}", "&lt;b&gt;", "javascript:alert(3)"];
  it.each(evil)("%s stays text everywhere", async (text) => {
    const info = track("t", { title: text, artist: text });
    const people = [person("alex", { role: "host", display_name: text }), person("me")];
    const items = [item("c", "alex", { track_info: info }), item("a", "alex", { track_info: info })];
    const { client, link } = clientInJam(joined({ queue: items, current_index: 0, participants: people }));
    const app = await showInJam(client, <><NowPlaying /><Queue /><Participants /><JamToasts /></>);
    await act(async () => link.tell({ type: "notification", kind: "x", level: "info", message: text, params: {} }));
    expect(app.querySelectorAll("script, img, b")).toHaveLength(0);
    expect(app.querySelector("[data-testid=now-playing-title]")?.textContent).toBe(text);
    expect(app.querySelector("[data-testid=queue-item] .track-title")?.textContent).toBe(text);
    expect(app.querySelector("[data-testid=participant] .person-name")?.textContent).toBe(text);
    expect(app.querySelector("[data-testid=toast] p")?.textContent).toBe(text);
  });
});

describe("what plays", () => {
  it("has no controls for a guest", async () => {
    await showInJam(jamWith().client, <NowPlaying />);
    expect(document.querySelectorAll("button, input")).toHaveLength(0);
    expect(document.querySelector("[role=progressbar]")?.getAttribute("aria-label")).toBe("Position in the song");
  });
  it("has those that the rights give", async () => {
    const { client, link } = jamWith(all);
    await showInJam(client, <NowPlaying />);
    await click("Pause");
    await click("Skip this song");
    expect(asked(link)).toMatchObject([{ type: "pause" }, { type: "skip" }]);
    expect([...document.querySelectorAll("input")].map((input) => input.getAttribute("aria-label"))).toEqual(["Go to a place in the song", "Volume"]);
  });
  it("sends the volume while it slides, not more often than needed", async () => {
    vi.useFakeTimers();
    const { client, link } = jamWith(all);
    await showInJam(client, <NowPlaying />);
    const slider = document.querySelectorAll("input")[1];
    for (const value of ["10", "20", "30", "40"]) await type(slider as HTMLInputElement, value);
    await act(async () => vi.advanceTimersByTime(500));
    await act(async () => slider?.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true })));
    // The host has not answered yet: the next key press goes on from here.
    expect(slider?.value).toBe("40");
    await act(async () => vi.advanceTimersByTime(2000));
    expect(slider?.value).toBe("80");
    expect(link.sent.filter(({ type: kind }) => kind === "set_volume")).toMatchObject([{ volume: 10 }, { volume: 40 }]);
    vi.useRealTimers();
  });
  it("says so when nothing does", async () => {
    await showInJam(jamWith(guestRights, [], -1).client, <NowPlaying />);
    expect(document.querySelector("[data-testid=now-playing-title]")?.textContent).toBe("Nothing is playing yet");
  });
});

describe("search", () => {
  it("adds with one tap and marks what is queued", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <SearchTracks />);
    await vi.waitFor(() => expect(link.sent.some(({ type: kind }) => kind === "search")).toBe(true));
    const { id = "" } = link.sent.filter(({ type: kind }) => kind === "search").slice(-1)[0] ?? {};
    await act(async () => link.tell({ type: "search_results", id, q: "", tracks: [track("t-a"), track("new")] }));
    expect(hasButton("Add Song t-a")).toBe(false);
    expect(document.querySelector("[data-track-id=t-a]")?.textContent).toContain("Queued");
    await click("Add Song new");
    expect(asked(link)).toMatchObject([{ type: "add_track", track_id: "new" }]);
    expect(hasButton("Add Song new")).toBe(false);
  });
  it("tells what plays from what waits, and that it waits for the connection", async () => {
    const { client, link } = jamWith(guestRights, [item("c"), item("a")]);
    await showInJam(client, <SearchTracks />);
    await vi.waitFor(() => expect(link.sent.some(({ type: kind }) => kind === "search")).toBe(true));
    const { id = "" } = link.sent.filter(({ type: kind }) => kind === "search").slice(-1)[0] ?? {};
    await act(async () => link.tell({ type: "search_results", id, q: "", tracks: [track("t-c"), track("t-a")] }));
    const marks = ["t-c", "t-a"].map((id) => document.querySelector(`[data-track-id=${id}] .queued`)?.textContent);
    expect(marks).toEqual(["Now playing", "Queued"]);
    await act(async () => link.cut(1006));
    await act(async () => client.search.type("x"));
    expect(document.querySelector(".found")?.textContent).toBe("The search waits for the connection.");
  });
  it("is not offered to those who may not add", async () => {
    await showInJam(jamWith(nothing).client, <SearchTracks />);
    expect(document.querySelector("input")).toBeNull();
    expect(document.body.textContent).toContain("Only the host adds songs in this jam.");
  });
});

describe("people and path", () => {
  it("shows who is host, who is away, and how many", async () => {
    const people = [person("alex", { role: "host" }), person("me"), person("jo", { connected: false })];
    await showInJam(clientInJam(joined({ participants: people, participant_count: 40 })).client, <Participants />);
    const list = [...document.querySelectorAll<HTMLElement>("[data-testid=participant]")];
    expect(list.map((row) => [row.dataset["role"], row.dataset["connected"], row.textContent])).toEqual([
      ["host", "true", "alexHost"], ["guest", "true", "meYou"], ["guest", "false", "joaway"],
    ]);
    expect(document.body.textContent).toContain("and 37 more");
  });
  it("shows the path, the gap and the absence in words", async () => {
    const { client, link } = jamWith();
    await showInJam(client, <NetworkBadge />);
    const badge = () => document.querySelector<HTMLElement>("[data-testid=network-badge]");
    expect([badge()?.dataset["state"], badge()?.textContent]).toEqual(["lan", "Same Wi-Fi"]);
    await act(async () => link.cut(1006));
    expect([badge()?.dataset["state"], badge()?.textContent]).toEqual(["reconnecting", expect.stringMatching(/^Reconnecting…(\d s)?$/)]);
    client.stop();
    const other = jamWith();
    await showInJam(other.client, <NetworkBadge />);
    await act(async () => other.link.cut(4003));
    expect(badge()?.dataset["state"]).toBe("host-away");
    other.client.stop();
  });
});

it("time is written as people read it", () => {
  expect([0, 154_000, 3_723_000, -5].map(clockTime)).toEqual(["0:00", "2:34", "1:02:03", "0:00"]);
});
