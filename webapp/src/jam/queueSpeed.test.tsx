import { act } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { clientInJam, showInJam, unmount } from "../testing/render";
import { item, joined, why } from "../testing/jam";
import { Queue } from "./Queue";

// A hand on the rows: each that is drawn draws its cover, too.
const drawn: string[] = [];
vi.mock("./Cover", () => ({ Cover: ({ track }: { track: { track_id: string } }) => void drawn.push(track.track_id) }));

// Long lists take a slow machine their time.
vi.setConfig({ testTimeout: 60_000 });
afterEach(unmount);

const ids = Array.from({ length: 120 }, (_, i) => `i${i}`);
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid=queue-item]")];
const placed = () => rows().map((row) => `${row.querySelector(".row-place")?.textContent} ${row.dataset["itemId"]}`);

async function full() {
  const message = joined({ queue: ids.map((id) => item(id)), queue_order: { order: ids, why: ids.map((id) => why(id)) } });
  const { client, link } = clientInJam(message);
  await showInJam(client, <Queue />);
  expect(rows()).toHaveLength(120);
  drawn.length = 0;
  return link;
}

it("draws only the ends of the list anew when the last song comes to the front, and the numbers", async () => {
  const link = await full();
  await act(async () => link.tell({ type: "queue_order", seq: 11, order: ["i119", ...ids.slice(0, 119)], why: [] }));
  expect(placed()).toEqual(["i119", ...ids.slice(0, 119)].map((id, index) => `${index + 1} ${id}`));
  // Those at the ends know it, for the buttons that move them; and one is not near the window any more.
  expect(drawn.sort()).toEqual(["t-i0", "t-i118", "t-i119", "t-i19"]);
});

it("draws one row anew for a vote, and none for what is not about the queue", async () => {
  const link = await full();
  await act(async () => link.tell({ type: "track_updated", seq: 11, item_id: "i7", upvotes: 3, pinned: false }));
  expect(drawn).toEqual(["t-i7"]);
  await act(async () => link.tell({ type: "chat_message", seq: 12, from: "Alex", from_id: "alex", message: "Hi", at: "2024-05-01T20:00:00.000Z" }));
  await act(async () => link.tell({ type: "reaction", emoji: "🔥", from_id: "alex" }));
  await act(async () => link.tell({ type: "playback", seq: 13, playing: false, position_ms: 5, at_ms: 6, volume: 7 }));
  expect(drawn).toEqual(["t-i7"]);
});

it("draws a new song and the one that was last before it", async () => {
  const link = await full();
  await act(async () => link.tell({ type: "track_added", seq: 11, item: item("new"), by: "alex", position: 120, why: why("new") }));
  expect(drawn.sort()).toEqual(["t-i119", "t-new"]);
});

it("keeps the focus on a song that moves", async () => {
  const link = await full();
  const button = rows()[90]?.querySelector<HTMLElement>(".track-button");
  button?.focus();
  await act(async () => link.tell({ type: "queue_order", seq: 11, order: ["i90", ...ids.filter((id) => id !== "i90")], why: [] }));
  expect(rows()[0]?.contains(document.activeElement)).toBe(true);
  await act(async () => link.tell({ type: "queue_order", seq: 12, order: [...ids.filter((id) => id !== "i90"), "i90"], why: [] }));
  expect(rows()[119]?.contains(document.activeElement)).toBe(true);
});
