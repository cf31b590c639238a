import { useCallback, useLayoutEffect, useRef, type RefObject } from "react";
import { useClient } from "./context";

/** Rows this far outside the window are let be, px; and how long the others take, ms. */
const near = 200;
const glidesMs = 240;

/** Where a row was: as it was seen, and where it would have come to rest. From the window's top, px. */
interface Place {
  seen: number;
  stood: number;
}

type Places = Map<HTMLElement, Place>;

/** What makes a row's offsetTop its place in the window. It knows nothing of transforms, so a row may be on its way. */
const shiftOf = (list: HTMLElement) => list.getBoundingClientRect().top - list.offsetTop;

/** The first row that reaches below a line, px from the window's top: rows stand in their order. */
export function firstBelow(list: HTMLElement, line: number): number {
  const from = shiftOf(list);
  let [low, high] = [0, list.children.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = list.children[middle] as HTMLElement;
    if (from + row.offsetTop + row.offsetHeight < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows near the window and where they are. A list that is not shown has none. */
function look(list: HTMLElement): Places {
  const places: Places = new Map();
  if (list.offsetParent === null) return places;
  const from = shiftOf(list);
  const rows = list.children as HTMLCollectionOf<HTMLElement>;
  for (let at = firstBelow(list, -near), row = rows[at]; row !== undefined && from + row.offsetTop < innerHeight + near; row = rows[(at += 1)]) {
    // A hand that drags a row makes room for it by styles of its own.
    const made = moving.has(row) ? 0 : parseFloat(row.style.transform.slice(11)) || 0;
    places.set(row, { seen: row.getBoundingClientRect().top, stood: from + row.offsetTop + made });
  }
  return places;
}

/** Rows that are on their way, and what moves them. */
const moving = new WeakMap<HTMLElement, () => void>();

/** How far most rows on screen were moved: by what came or went above them. */
function drift(list: HTMLElement, before: Places): number {
  const from = shiftOf(list);
  const rows = new Map<number, number>();
  let most = 0;
  for (const [row, { stood }] of before) {
    if (!row.isConnected || stood < 0 || stood > innerHeight) continue;
    const moved = Math.round(from + row.offsetTop - stood);
    const same = (rows.get(moved) ?? 0) + 1;
    rows.set(moved, same);
    if (same > (rows.get(most) ?? 0)) most = moved;
  }
  return most;
}

/** From where rows were to where they are now. */
function play(list: HTMLElement, before: Places): void {
  // While a hand holds a row, the rows make room for it by styles of its own (hosting/lift.ts).
  if (before.size === 0 || list.offsetParent === null || list.classList.contains("lifting")) return;
  // What is being read stays where it is, whatever happens above: Safari of 2021 would not see to that.
  if (list.getBoundingClientRect().top < 0) scrollBy(0, drift(list, before));
  if (typeof list.animate !== "function" || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  // All places are read before any is written.
  for (const [row, { stood }] of look(list)) {
    const was = before.get(row);
    const way = was === undefined ? 0 : was.seen - stood;
    moving.get(row)?.();
    if (was === undefined) row.animate([{ opacity: 0 }, {}], glidesMs);
    else if (Math.abs(way) > 1) glide(row, `translateY(${way}px)`);
  }
}

/**
 * Moves a row from there to its place. For one picture it is held there by its style: what an animation alone holds back
 * while the layout moves, Chromium counts as a shift of the layout.
 */
function glide(row: HTMLElement, from: string): void {
  let animation: Animation | undefined;
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      row.style.transform = "";
      animation = row.animate([{ transform: from }, {}], { duration: glidesMs, easing: "cubic-bezier(.2,.7,.2,1)" });
      animation.onfinish = stop;
    });
  });
  const stop = () => {
    cancelAnimationFrame(frame);
    animation?.cancel();
    row.style.transform = "";
    moving.delete(row);
  };
  row.style.transform = from;
  moving.set(row, stop);
}

/**
 * Lets the rows of a list glide to their new places when its order changes, and keeps the one that is read where it is.
 * Gives back what notes the places when the order is about to change by something else than the jam.
 */
export function useGlide(list: RefObject<HTMLElement | null>, order: unknown): () => void {
  const { view } = useClient();
  const before = useRef<Places | null>(null);
  const note = useCallback(() => {
    if (list.current !== null) before.current ??= look(list.current);
  }, [list]);
  useLayoutEffect(() => {
    if (list.current !== null && before.current !== null) play(list.current, before.current);
    before.current = null;
    const { jam } = view.get();
    // The store tells of a change before anything is drawn anew.
    return view.subscribe(() => {
      if (view.get().jam?.upcoming !== jam?.upcoming) note();
    });
  }, [view, list, order, note]);
  return note;
}
