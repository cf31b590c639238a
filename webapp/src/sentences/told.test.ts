// @vitest-environment node
import { describe, expect, it } from "vitest";
import { errorCodes, errorSentences, type ErrorCode, type NotificationMessage } from "../session/wire.gen";
import * as de from "./de/told";
import * as en from "./en/told";
import * as ja from "./ja/told";

const codes = errorCodes as ErrorCode[];

/** Every kind as the host tells it (shared/wire/notification.go), with the sentence that it sends. */
const notices: Pick<NotificationMessage, "kind" | "params" | "message">[] = [
  { kind: "participant_joined", params: { name: "Quux" }, message: "Quux joined" },
  { kind: "participant_left", params: { name: "Quux" }, message: "Quux left" },
  { kind: "track_added", params: { track: "Zonk", by: "Quux" }, message: "Quux added “Zonk”" },
  { kind: "track_removed", params: { track: "Zonk", by: "Quux" }, message: "Quux removed “Zonk”" },
  { kind: "track_removed", params: { track: "Zonk", reason: "blocked" }, message: "“Zonk” was taken out: it is blocked" },
  { kind: "now_playing", params: { track: "Zonk" }, message: "Now playing “Zonk”" },
  { kind: "track_skipped", params: { track: "Zonk", reason: "voted out" }, message: "“Zonk” was voted out" },
  { kind: "track_skipped", params: { track: "Zonk", reason: "blocked" }, message: "“Zonk” was skipped: it is blocked" },
  { kind: "track_skipped", params: { track: "Zonk", reason: "its file is gone" }, message: "“Zonk” was skipped: its file is gone" },
  { kind: "session_ending", params: { in_seconds: 60 }, message: "The jam ends in a minute" },
  { kind: "host_transferred", params: { new_host: "Quux" }, message: "Quux is the host now" },
  { kind: "up_next", params: { track: "Zonk" }, message: "You are up next: “Zonk”" },
];

describe("what the host tells", () => {
  it("is said on an English page as it came, and by its code where nothing came", () => {
    expect(notices.map(en.notice)).toEqual(notices.map(({ message }) => message));
    expect(codes.map((code) => en.refusal(code))).toEqual(codes.map((code) => errorSentences[code]));
    expect([en.refusal("queue_full", "The queue is full: 500 songs are waiting"), en.ownWords("Only friends")]).toEqual(["The queue is full: 500 songs are waiting", "Only friends"]);
  });
  it.each([["de", de], ["ja", ja]] as const)("is said in %s by code and kind, never in English", (language, told) => {
    const there = notices.map(told.notice);
    expect(there.filter((text, at) => text === notices[at]?.message || /undefined|blocked|voted|gone/.test(text))).toEqual([]);
    const held = notices.map(({ params }) => Object.values(params).filter((param) => param === "Quux" || param === "Zonk"));
    expect(there.filter((text, at) => !(held[at] ?? []).every((word) => text.includes(String(word))))).toEqual([]);
    expect(new Set(there).size).toBe(notices.length);
    const refused = codes.map((code) => told.refusal(code, errorSentences[code]));
    expect(refused.filter((text) => text === "" || Object.values(errorSentences).includes(text))).toEqual([]);
    expect(new Set(refused).size, language).toBe(codes.length);
    expect([told.ownWords("The host removed you from this jam"), told.refusal("firework" as ErrorCode)]).toEqual([null, told.refusal("internal")]);
  });
});
