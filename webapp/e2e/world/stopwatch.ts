import type { CDPSession, Page } from "playwright-core";

/** What a page noted about itself. */
interface Seen {
  /** Interactions by their id: from the hand's event to the next picture, ms, in steps of 8. */
  taps: Record<number, number>;
  /** Layout shifts that no input called for; and those of them in which a row of a list jumped. */
  shift: number;
  rows: number;
}

/** Before the page loads: lets it note how long people wait for it, and what moves under their fingers. */
export async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = { taps: {}, shift: 0, rows: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[]) {
        const { interactionId = 0, duration } = entry;
        if (interactionId > 0) seen.taps[interactionId] = Math.max(seen.taps[interactionId] ?? 0, duration);
      }
    }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[] })[]) {
        if (entry.hadRecentInput) continue;
        seen.shift += entry.value;
        // Messages over the page, which change while rows do, are none.
        const jumped = entry.sources.some(({ node, previousRect, currentRect }) => node instanceof Element && node.closest(".rows") !== null && Math.abs(previousRect.top - currentRect.top) > 1);
        if (jumped) seen.rows += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

export const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

/** Makes the processor so many times slower for a page. */
export async function slowDown(page: Page, times: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: times });
  return session;
}

/** A line of so many Mbit/s down with 150 ms there and back, and nothing kept from before. */
export async function farAway(session: CDPSession, megabits: number): Promise<void> {
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: (megabits * 1e6) / 8, uploadThroughput: (megabits * 1e6) / 8 / 2 });
}

/** The value that a share of them does not exceed, 0.5 for the median. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
