import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { button, clientInJam, hasButton, click, showInJam, unmount } from "../testing/render";
import { guestRights, item, joined, person, why } from "../testing/jam";
import { Queue } from "../jam/Queue";
import { Handle } from "./Handle";

// Rows of 64 px, one below the other; a page that is not laid out has none.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(64);
  vi.spyOn(HTMLElement.prototype, "offsetTop", "get").mockImplementation(function (this: HTMLElement) {
    return this.tagName === "LI" ? 64 * [...(this.parentElement?.children ?? [])].indexOf(this) : 0;
  });
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
    return new DOMRect(0, this.tagName === "LI" ? this.offsetTop : 0, 300, 64);
  });
  HTMLElement.prototype.setPointerCapture = () => undefined;
  HTMLElement.prototype.scrollIntoView = () => undefined;
});
afterEach(unmount);

const all = { ...guestRights, can_reorder: true, can_control: true };
const handle = (title: string) => button(`Move ${title}`);
const press = (on: HTMLElement, key: string) => act(async () => void on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
const point = (on: HTMLElement, type: string, y: number) =>
  act(async () => void on.dispatchEvent(Object.assign(new MouseEvent(type, { clientY: y, button: 0, bubbles: true }), { pointerId: 1, isPrimary: true })));
const said = () => document.querySelector("section > [aria-live]")?.textContent;
const order = () => [...document.querySelectorAll<HTMLElement>("[data-testid=queue-item]")].map((row) => row.dataset["itemId"]).join("");
const ways = () => [...document.querySelectorAll<HTMLElement>("[data-testid=queue-item]")].map((row) => row.style.transform.replace(/translateY\((.*)px\)/, "$1"));

async function jam(permissions = all) {
  const ids = ["a", "b", "c", "d"];
  const { client, link } = clientInJam(joined({ queue: ids.map((id) => item(id)), queue_order: { order: ids, why: ids.map((id) => why(id)) }, participants: [person("alex", { role: "host" }), person("me", { permissions })] }));
  await showInJam(client, <Queue Handle={Handle} />);
  const moves = () => link.sent.filter(({ type }) => type === "reorder");
  return { link, moves };
}

describe("by keys", () => {
  it("picks a song up, moves it, says where it is and puts it down with one command", async () => {
    const { link, moves } = await jam();
    await click("Move Song t-a");
    expect(said()).toBe("Song t-a picked up, place 1 of 4. The arrow keys move it, Enter puts it down, Escape takes it back.");
    await press(handle("Song t-a"), "ArrowDown");
    await press(handle("Song t-a"), "ArrowDown");
    expect(said()).toBe("Song t-a: place 3 of 4");
    expect(ways()).toEqual(["128", "-64", "-64", ""]);
    expect(moves()).toEqual([]);
    await click("Move Song t-a");
    expect(said()).toBe("Song t-a put down at place 3 of 4");
    expect(moves()).toMatchObject([{ queue_item_id: "a", before: "d" }]);
    // It lies there until the host has answered and the event is here, whichever comes first.
    await act(async () => link.tell({ type: "ack", id: moves()[0]?.id ?? "", seq: 11 }));
    expect(ways()).toEqual(["128", "-64", "-64", ""]);
    await act(async () => link.tell({ type: "queue_order", seq: 11, order: ["b", "c", "a", "d"], why: [] }));
    expect([order(), ...ways()]).toEqual(["bcad", "", "", "", ""]);
    expect(document.activeElement).toBe(handle("Song t-a"));
  });
  it("goes to both ends, and takes back", async () => {
    const { moves } = await jam();
    await click("Move Song t-c");
    await press(handle("Song t-c"), "Home");
    expect(ways()).toEqual(["64", "64", "-128", ""]);
    await press(handle("Song t-c"), "ArrowUp");
    expect(said()).toBe("Song t-c: place 1 of 4");
    await press(handle("Song t-c"), "End");
    expect(said()).toBe("Song t-c: place 4 of 4");
    await press(handle("Song t-c"), "Escape");
    expect(said()).toBe("Song t-c is back where it was");
    expect([order(), ...ways(), ...moves()]).toEqual(["abcd", "", "", "", ""]);
  });
  it("takes back when the focus goes elsewhere", async () => {
    const { moves } = await jam();
    await click("Move Song t-c");
    await press(handle("Song t-c"), "Home");
    await act(async () => handle("Song t-a").focus());
    expect([order(), ...ways(), ...moves()]).toEqual(["abcd", "", "", "", ""]);
  });
});

describe("by pointer", () => {
  it("follows, makes room, and moves in front of what is below", async () => {
    const { moves } = await jam();
    const grip = handle("Song t-d");
    await point(grip, "pointerdown", 224);
    await point(grip, "pointermove", 222);
    expect(ways()).toEqual(["", "", "", ""]);
    await point(grip, "pointermove", 120);
    expect(ways().slice(0, 3)).toEqual(["", "64", "64"]);
    await point(grip, "pointerup", 120);
    // The browser calls the end of it a click.
    await click("Move Song t-d");
    expect(moves()).toMatchObject([{ queue_item_id: "d", before: "b" }]);
  });
  it("stays where it is when the browser takes the pointer away", async () => {
    const { moves } = await jam();
    const grip = handle("Song t-a");
    await point(grip, "pointerdown", 32);
    await point(grip, "pointermove", 200);
    await point(grip, "pointercancel", 200);
    expect([order(), ...ways(), ...moves()]).toEqual(["abcd", "", "", "", ""]);
  });
});

describe("while a song is lifted", () => {
  it("the others keep their places, and what comes and goes is seen", async () => {
    const { link, moves } = await jam();
    await click("Move Song t-a");
    await press(handle("Song t-a"), "ArrowDown");
    await act(async () => link.tell({ type: "queue_order", seq: 11, order: ["d", "c", "b", "a"], why: [] }));
    expect(order()).toBe("abcd");
    await act(async () => link.tell({ type: "track_removed", seq: 12, item_id: "c", by: "alex" }));
    await act(async () => link.tell({ type: "track_added", seq: 13, item: item("e"), by: "alex", position: 0, why: why("e") }));
    expect(order()).toBe("abde");
    await click("Move Song t-a");
    expect(moves()).toMatchObject([{ queue_item_id: "a", before: "d" }]);
    await act(async () => link.tell({ type: "error", id: moves()[0]?.id ?? "", code: "not_authorized", message: "No" }));
    expect([order(), ...ways()]).toEqual(["edba", "", "", "", ""]);
  });
  it("it may begin to play", async () => {
    const { link, moves } = await jam();
    await click("Move Song t-a");
    await press(handle("Song t-a"), "End");
    await act(async () => link.tell({ type: "now_playing", seq: 11, item: item("a") }));
    expect([order(), ...ways(), ...moves()]).toEqual(["bcd", "", "", ""]);
    await act(async () => link.tell({ type: "queue_order", seq: 12, order: ["d", "c", "b"], why: [] }));
    expect(order()).toBe("dcb");
  });
});

it("is there for who may move songs; the buttons that do it stand in the opened row", async () => {
  await jam(guestRights);
  expect(hasButton("Move Song t-a")).toBe(false);
  const { moves } = await jam();
  expect(hasButton("Move Song t-a up")).toBe(false);
  await act(async () => document.querySelectorAll<HTMLElement>(".track-button")[1]?.click());
  await click("Move Song t-b up");
  expect(moves()).toMatchObject([{ queue_item_id: "b", before: "a" }]);
});
