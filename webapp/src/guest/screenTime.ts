import { useEffect, useState } from "react";

/** Calls back now and then every so many ms, in step with the clock on the wall, so that screens beside each other agree and a reload changes nothing. */
export function everyOnTheClock(ms: number, what: (now: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    const now = Date.now();
    what(now);
    timer = setTimeout(tick, ms - (now % ms) + 5);
  };
  tick();
  return () => clearTimeout(timer);
}

/** The page swings this far to each side, as a part of the window's shorter side; once across and back in that many ms. The two do not fit into each other: no place is stood on twice as long. */
export const swing = { part: 0.018, acrossMs: 13 * 60_000, downMs: 17 * 60_000 };

/** How many whole pixels the page is away from its place. */
export function driftAt(now: number, shorterSide: number): { x: number; y: number } {
  const at = (roundMs: number) => Math.round(swing.part * shorterSide * Math.sin((2 * Math.PI * now) / roundMs));
  return { x: at(swing.acrossMs), y: at(swing.downMs) };
}

/** The two halves of the page change places this often, ms. */
export const swapEveryMs = 20 * 60_000;

export function useSwapped(): boolean {
  const [swapped, setSwapped] = useState(false);
  useEffect(() => everyOnTheClock(swapEveryMs, (now) => setSwapped(Math.floor(now / swapEveryMs) % 2 === 1)), []);
  return swapped;
}

/** A screen that has had nothing to show for so long, ms, dims. */
export const dimAfterMs = 10 * 60_000;

export function useLong(quiet: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!quiet) return undefined;
    const timer = setTimeout(() => setLong(true), dimAfterMs);
    return () => clearTimeout(timer);
  }, [quiet]);
  return long;
}

/** The time as people here write it: the page's language in the region that the browser is set to. */
export function useClock(): string {
  const [now, setNow] = useState(Date.now);
  useEffect(() => everyOnTheClock(60_000, setNow), []);
  const { lang } = document.documentElement;
  const here = navigator.languages.find((language) => language.split("-")[0] === lang) ?? lang;
  return new Intl.DateTimeFormat(here, { hour: "numeric", minute: "2-digit" }).format(now);
}
