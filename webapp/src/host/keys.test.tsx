import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { added, guestRights, item, joined, person } from "../testing/jam";
import { button, clientInJam, show, showInJam, unmount } from "../testing/render";
import { FoundExtras } from "./FoundExtras";
import { useKeysOn } from "./keys";
import { KeysDialog } from "./KeysDialog";
import { useConsoleKeys } from "./useConsoleKeys";
import type { JamClient } from "../session/client";

const done: string[] = [];
function Page({ client }: { client: JamClient | null }) {
  const [on, turn] = useKeysOn();
  useConsoleKeys({ client, on, help: () => done.push("help"), history: () => done.push("history"), share: () => done.push("share"), end: () => done.push("end") });
  return (
    <>
      <div className="search"><input type="search" /></div><textarea /><select /><button type="button">b</button><input type="checkbox" /><input type="range" />
      <section className="queue"><ol><li className="row"><button type="button" id="first">x</button></li></ol></section>
      <KeysSwitch on={on} turn={turn} />
    </>
  );
}
const KeysSwitch = ({ on, turn }: { on: boolean; turn(on: boolean): void }) => <input type="checkbox" id="keys" checked={on} onChange={() => turn(!on)} />;

const rights = { ...guestRights, can_control: true, can_skip: true, can_set_volume: true, can_reorder: true };
const jam = () => clientInJam(joined({ participants: [person("me", { role: "host", permissions: rights })], queue: [item("c", "me"), item("d", "me"), item("e", "me")], current_index: 0 }, { permissions: rights }));
const press = (key: string, at: EventTarget = document.body, more: KeyboardEventInit = {}) => act(async () => void at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more })));
const at = (selector: string) => document.querySelector(selector) as HTMLElement;

beforeEach(() => {
  localStorage.clear();
  done.length = 0;
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(unmount);

describe("the keys", () => {
  const open = async () => {
    const { client, link } = jam();
    await showInJam(client, <Page client={client} />);
    return { link, asked: () => link.sent.map((one) => one.type).filter((type) => ["play", "pause", "skip", "set_volume"].includes(type)) };
  };
  it("control what plays", async () => {
    const { link, asked } = await open();
    for (const key of [" ", "n", "N", "+", "=", "-"]) await press(key);
    await press("k", at("button"));
    expect(asked()).toEqual([joined().session.playback.playing ? "pause" : "play", "skip", "skip", "set_volume", "set_volume", "set_volume", joined().session.playback.playing ? "pause" : "play"]);
    const { volume } = joined().session.playback;
    expect(link.sent.filter((one) => one.type === "set_volume").map((one) => one.volume)).toEqual([volume + 5, volume + 10, volume + 5]);
  });
  it("reckon the volume from what was asked for last until the host has told it, and from the host's word then", async () => {
    const { link } = await open();
    const { session: { playback: { volume } } } = joined();
    const sent = () => link.sent.flatMap((one) => (one.type === "set_volume" ? [one] : []));
    const playback = (seq: number, told: number) => act(async () => link.tell({ type: "playback", seq, playing: true, position_ms: 0, at_ms: 0, volume: told }));
    for (const key of ["-", "-"]) await press(key);
    // The answer comes before what it changed.
    await act(async () => link.tell({ type: "ack", id: sent()[1]?.id ?? "", seq: 12 }));
    await press("-");
    await act(async () => link.tell({ type: "ack", id: sent()[2]?.id ?? "", seq: 13 }));
    await playback(13, volume - 15);
    // Somebody else has turned it since.
    await playback(14, 30);
    await press("+");
    await act(async () => link.tell({ type: "error", id: sent()[3]?.id ?? "", code: "rate_limited", message: "slow" }));
    await press("+");
    expect(sent().map((one) => one.volume)).toEqual([volume - 5, volume - 10, volume - 15, 35, 35]);
  });
  it("lead to the parts of the page", async () => {
    await open();
    for (const [key, selector] of [["/", "input[type=search]"], ["q", "#first"]] as const) {
      await press(key);
      expect(document.activeElement).toBe(at(selector));
      (document.activeElement as HTMLElement).blur();
    }
    for (const key of ["?", "h", "s", "e"]) await press(key);
    expect(done).toEqual(["help", "history", "share", "end"]);
  });
  it("are text where one types, and leave the browser its own", async () => {
    const { asked } = await open();
    for (const field of ["input[type=search]", "textarea", "select"]) for (const key of [" ", "n", "?"]) await press(key, at(field));
    for (const one of ["button", "input[type=checkbox]", "input[type=range]"]) await press(" ", at(one));
    for (const more of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { isComposing: true }, { repeat: true }]) await press("n", document.body, more);
    expect([asked(), done]).toEqual([[], []]);
    await press("n", at("button"));
    expect(asked()).toEqual(["skip"]);
  });
  it("wait while a dialog asks something", async () => {
    const { asked } = await open();
    const dialog = document.createElement("div");
    dialog.setAttribute("aria-modal", "true");
    document.body.append(dialog);
    await press("n");
    expect(asked()).toEqual([]);
    dialog.remove();
  });
  it("are turned off for good, all but Escape", async () => {
    const { asked } = await open();
    await act(async () => at("#keys").click());
    for (const key of ["n", "?", " "]) await press(key);
    expect([asked(), done, localStorage.getItem("jam.console.keys")]).toEqual([[], [], "off"]);
    at("textarea").focus();
    await press("Escape", at("textarea"));
    expect(document.activeElement).toBe(document.body);
  });
  it("Escape leaves a search that is empty; what is typed in it goes first", async () => {
    await open();
    const search = at("input[type=search]") as HTMLInputElement;
    search.focus();
    search.value = "tide";
    await press("Escape", search);
    expect(document.activeElement).toBe(search);
    search.value = "";
    await press("Escape", search);
    expect(document.activeElement).toBe(document.body);
  });
  it("are all listed", async () => {
    await show(<KeysDialog on onTurn={() => undefined} onClose={() => undefined} />);
    expect([...document.querySelectorAll(".keys-lists > dl:first-child kbd")].map((one) => one.textContent)).toEqual(["Space", "K", "N", "+", "−", "/", "Q", "S", "R", "P", "C", "H", "E", "?", "Esc"]);
    expect([...document.querySelectorAll(".keys dd")].every((one) => (one.textContent ?? "").length > 3)).toBe(true);
  });
});

describe("a song that was found", () => {
  const track = (id: string) => item(id).track_info;
  const asked = (link: ReturnType<typeof jam>["link"]) => link.sent.filter(({ type }) => type !== "join_request" && type !== "ping" && type !== "search");
  it("that waits is played now or next from where it is", async () => {
    const { client, link } = jam();
    const { title } = track("e");
    await showInJam(client, <FoundExtras track={track("e")} />);
    await act(async () => button(`Play ${title} now`).click());
    await act(async () => button(`Play ${title} next`).click());
    expect(asked(link)).toMatchObject([{ type: "play_now", queue_item_id: "e" }, { type: "reorder", queue_item_id: "e", before: "d" }]);
  });
  it("is added first, and played when it is there", async () => {
    const { client, link } = jam();
    const { title } = track("z");
    await showInJam(client, <FoundExtras track={track("z")} />);
    await act(async () => button(`Play ${title} now`).click());
    expect(asked(link)).toMatchObject([{ type: "add_track", track_id: track("z").track_id }]);
    const id = asked(link)[0]?.id ?? "";
    // The answer may come before what it changed.
    await act(async () => link.tell({ type: "ack", id, seq: 11 }));
    await act(async () => link.tell(added(11, item("z", "me"), 2)));
    expect(asked(link)[1]).toMatchObject({ type: "play_now", queue_item_id: "z" });
  });
  it("that is refused asks for nothing more", async () => {
    vi.useFakeTimers();
    const { client, link } = jam();
    await showInJam(client, <FoundExtras track={track("z")} />);
    await act(async () => button(`Play ${track("z").title} next`).click());
    await act(async () => link.tell({ type: "error", id: asked(link)[0]?.id ?? "", code: "queue_full", message: "full" }));
    await act(async () => vi.advanceTimersByTimeAsync(4_000));
    expect(asked(link).length).toBe(1);
    vi.useRealTimers();
  });
});
