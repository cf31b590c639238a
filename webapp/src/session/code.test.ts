import { describe, expect, it } from "vitest";
import { readCode } from "./code";

describe("a share code", () => {
  it.each(["HQRS-2K4M", "hqrs2k4m", " hqrs 2k4m ", "HQ-RS-2K-4M", "hqrs–2k4m", "ＨＱＲＳ２Ｋ４Ｍ", "http://192.168.1.20:7420/jam/hqrs2k4m/session", "https://x/jam/HQRS-2K4M#abc"])(
    "is read from %j", (typed) => expect(readCode(typed)).toEqual({ ok: true, code: "HQRS-2K4M" }),
  );
  it.each([
    ["", { ok: false, why: "empty" }],
    [" - ", { ok: false, why: "empty" }],
    ["HQRS", { ok: false, why: "length" }],
    ["HQRS-2K4M9", { ok: false, why: "length" }],
    ["ABCD-1234", { ok: false, why: "never_used", characters: ["1"] }],
    ["oool-0111", { ok: false, why: "never_used", characters: ["O", "L", "0", "1"] }],
    ["HQRÜ-2K4M", { ok: false, why: "foreign", characters: ["Ü"] }],
    ["<script>", { ok: false, why: "never_used", characters: ["I"] }],
  ])("%j is told why not", (typed, reading) => expect(readCode(typed)).toEqual(reading));
});
