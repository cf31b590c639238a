import { act } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { guestRights, item, joined, person } from "../testing/jam";
import { clientInJam, hasButton, showInJam, unmount } from "../testing/render";
import type { Because } from "../session/wire.gen";
import { NowPlaying } from "./NowPlaying";
import { Queue } from "./Queue";

afterEach(unmount);

const all = { ...guestRights, can_vote_skip: true, can_chat: true, can_control: true, can_reorder: true };
const me = person("me", { role: "host", permissions: all });

describe("a song of autoplay", () => {
  const cases: [Because | undefined, string][] = [
    [{ reason: "artist", name: "Radiohead" }, "Autoplay: more from Radiohead"],
    [{ reason: "genre", name: "Jazz" }, "Autoplay: more Jazz"],
    [{ reason: "year", year: 1987 }, "Autoplay: from about 1987, like the last song"],
    [{ reason: "favourite" }, "Autoplay: often played here"],
    [{ reason: "any" }, "Autoplay: something from the library"],
    [{ reason: "artist", name: "<b>" }, "Autoplay: more from <b>"],
    // Of a host that is older or newer than this page.
    [{ reason: "genre" }, "Autoplay: something from the library"],
    [{ reason: "moon" }, "Autoplay: something from the library"],
    [undefined, "Autoplay"],
  ];
  it.each(cases)("says why it is there, playing and waiting: %o", async (because, words) => {
    const why = because === undefined ? {} : { because };
    const { client } = clientInJam(joined({ queue: [item("c", null, why), item("a", null, why)], current_index: 0 }));
    await showInJam(client, <><NowPlaying /><Queue /></>);
    expect(document.querySelector(".now-by")?.textContent).toBe(words);
    expect(document.querySelector("[data-testid=queue-item] .tag")?.textContent).toBe(words);
  });
  it("is not one that somebody added", async () => {
    const { client } = clientInJam(joined({ queue: [item("c", "alex")], current_index: 0 }));
    await showInJam(client, <NowPlaying />);
    expect(document.querySelector(".now-by")?.textContent).toBe("Added by alex");
  });
});

describe("alone", () => {
  const shown = async (solo: boolean) => {
    const { client } = clientInJam(joined({ queue: [item("c", "me"), item("a", "me")], current_index: 0, participants: [me] }, { permissions: all }), { solo });
    await showInJam(client, <><NowPlaying /><Queue Menu={({ track }) => <button type="button">Menu of {track.title}</button>} /></>);
    const row = document.querySelector<HTMLElement>("[data-testid=queue-item]");
    await act(async () => row?.querySelector<HTMLElement>("[aria-expanded]")?.click());
    const others = ["Vote to skip", "Love", "Vote for Song t-a, 0 votes"].map(hasButton);
    const words = ["Added by you", "You!", "You’re up next", "The host did not say"].map((text) => document.body.textContent?.includes(text));
    return { others, words, own: ["Pause", "Play Song t-a now", "Menu of Song t-a"].map(hasButton), mine: row?.dataset["mine"] };
  };
  it("nobody votes, reacts or is told who added what", async () => {
    expect(await shown(true)).toEqual({ others: [false, false, false], words: [false, false, false, false], own: [true, true, true], mine: "false" });
  });
  it("is otherwise than in a jam", async () => {
    expect(await shown(false)).toEqual({ others: [true, true, true], words: [true, true, true, true], own: [true, true, true], mine: "true" });
  });
});
