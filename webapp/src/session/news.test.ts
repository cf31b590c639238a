import { expect, it } from "vitest";
import { fewComings } from "./news";

it("of many who come at once the first few are told, and others later", () => {
  let now = 0;
  const told = fewComings(() => now);
  const come = () => ["participant_joined", "participant_left", "participant_joined", "participant_joined"].map(told);
  expect(come()).toEqual([true, true, true, false]);
  expect(told("track_added")).toBe(true);
  now = 9_999;
  expect(told("participant_left")).toBe(false);
  now = 10_000;
  expect(come()).toEqual([true, true, true, false]);
});
