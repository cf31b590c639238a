import { expect, it } from "vitest";
import { keyOf, lengthOf, unread } from "./chat";
import type { ChatLine } from "./wire.gen";

const line = (n: number, from_id = "alex"): ChatLine => ({ from: from_id, from_id, message: `m${n}`, at: `2024-05-01T20:00:0${n}.000Z` });
const chat = [line(1), line(2, "me"), line(3), line(4)];

it("characters are counted as people count them", () => expect(["", "abc", "🎉🎉", "é"].map(lengthOf)).toEqual([0, 3, 2, 1]));

it("lines of others since the last one read are unread", () => {
  expect(unread(chat, keyOf(line(1)), "me")).toBe(2);
  expect(unread(chat, keyOf(line(4)), "me")).toBe(0);
  expect(unread([], null, "me")).toBe(0);
  // Nothing was said when one came, or the line is too long ago to be kept: all are new.
  expect([unread(chat, null, "me"), unread(chat, "gone", "me")]).toEqual([3, 3]);
});
