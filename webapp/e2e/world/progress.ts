import type { Page } from "playwright-core";

/** A moment at which a page's progress went on to the next second. */
export interface Flip {
  seconds: number;
  /** When the song would have begun had it played from its start to here, ms of this machine's clock. */
  begunAt: number;
}

/** Waits for the page to tell the next second of what plays. */
export function secondsFlip(page: Page): Promise<Flip> {
  return page.evaluate(() => new Promise<Flip>((done, failed) => {
    const shown = () => document.querySelector("[data-testid=position]");
    const before = shown()?.textContent;
    const until = Date.now() + 5_000;
    const look = () => {
      const now = Date.now();
      const text = shown()?.textContent ?? "";
      if (text !== before && text !== "") {
        const [minutes = 0, seconds = 0] = text.split(":").map(Number);
        return done({ seconds: minutes * 60 + seconds, begunAt: now - (minutes * 60 + seconds) * 1000 });
      }
      if (now > until) return failed(new Error(`the position stands at ${before}`));
      setTimeout(look, 2);
    };
    look();
  }));
}
