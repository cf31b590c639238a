import { afterEach, describe, expect, it, vi } from "vitest";
import { dayAndTimeOf, dayOf, timeOf } from "./dates";

const at = new Date(2026, 2, 5, 19, 5);

/** A page in that language in the browser of somebody who prefers those. */
function page(lang: string, ...prefers: string[]): void {
  document.documentElement.lang = lang;
  vi.spyOn(navigator, "languages", "get").mockReturnValue(prefers);
  vi.spyOn(navigator, "language", "get").mockReturnValue(prefers[0] ?? "en-US");
}
afterEach(() => document.documentElement.removeAttribute("lang"));

describe("a moment is said", () => {
  it.each([
    ["de", ["de-DE", "en-US"], "19:05", "5. März 2026", "05.03.2026, 19:05"],
    ["ja", ["ja-JP"], "19:05", "2026年3月5日", "2026/03/05 19:05"],
    ["en", ["en-GB"], "19:05", "5 March 2026", "5 Mar 2026, 19:05"],
    ["en", ["en-US"], "07:05 PM", "March 5, 2026", "Mar 5, 2026, 7:05 PM"],
    // Whose language the pages do not speak gets English words and keeps the 24 hours.
    ["en", ["fr-FR"], "19:05", "March 5, 2026", "Mar 5, 2026, 19:05"],
    ["", ["en-GB"], "19:05", "5 March 2026", "5 Mar 2026, 19:05"],
  ])("in the page's language %j, for who prefers %j", (lang, prefers, time, day, both) => {
    page(lang, ...prefers);
    expect([timeOf(at), dayOf(at), dayAndTimeOf(at)].map((text) => text.replace(/\u202f/g, " "))).toEqual([time, day, both]);
  });
});
