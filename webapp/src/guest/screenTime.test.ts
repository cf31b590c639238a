// @vitest-environment node
import { afterEach, describe, expect, it, vi } from "vitest";
import { driftAt, everyOnTheClock, swing } from "./screenTime";

afterEach(() => void vi.useRealTimers());

describe("a page that burns nothing in", () => {
  const day = 24 * 60 * 60_000;
  const places = Array.from({ length: day / 4_000 }, (_, n) => driftAt(n * 4_000, 1080));

  it("moves by a pixel at a time, which nobody sees", () => {
    const steps = places.slice(1).map(({ x, y }, n) => Math.max(Math.abs(x - (places[n]?.x ?? 0)), Math.abs(y - (places[n]?.y ?? 0))));
    expect(Math.max(...steps)).toBe(1);
  });

  it("stays within its margin and stands nowhere for long", () => {
    const stays = new Map<string, number>();
    for (const { x, y } of places) {
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(Math.round(swing.part * 1080));
      stays.set(`${x} ${y}`, (stays.get(`${x} ${y}`) ?? 0) + 1);
    }
    expect(stays.size).toBeGreaterThan(800);
    expect(Math.max(...stays.values()) / places.length, "of a day at one place").toBeLessThan(0.02);
  });
});

it("ticks with the clock on the wall, and stops", () => {
  vi.useFakeTimers({ now: 59_000 });
  const seen: number[] = [];
  const stop = everyOnTheClock(60_000, (now) => seen.push(now));
  vi.advanceTimersByTime(61_500);
  stop();
  vi.advanceTimersByTime(600_000);
  expect(seen).toEqual([59_000, 60_005, 120_005]);
  expect(vi.getTimerCount()).toBe(0);
});
