import { describe, expect, it } from "vitest";
import { readFragment } from "./fragment";

const key = "gHuRh6rEtYwDF2TOgGDfxWpvaW4tc2VjcmV0LTE2LWI";

describe("what stands behind the #", () => {
  it.each([
    ["", { key: null, tv: "", cut: false }],
    ["#", { key: null, tv: "", cut: false }],
    [`#${key}`, { key, tv: "", cut: false }],
    [`#${key}&tv=token`, { key, tv: "token", cut: false }],
    ["#tv=token", { key: null, tv: "token", cut: false }],
    [`#${key.slice(0, -1)}`, { key: null, tv: "", cut: true }],
    [`#${key}x`, { key: null, tv: "", cut: true }],
    [`#${key.slice(0, -1)}J`, { key: null, tv: "", cut: true }],
    [`#${key.slice(0, 20)}&tv=token`, { key: null, tv: "token", cut: true }],
  ])("%s", (hash, fragment) => expect(readFragment(hash)).toEqual(fragment));
});
