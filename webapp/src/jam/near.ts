import { useEffect, useLayoutEffect, useState, type RefObject } from "react";
import { firstBelow } from "./glide";

/** Rows are counted by so many: a page that scrolls tells of few changes. */
const step = 10;

/**
 * Which rows of a list are near the window: from one up to, not including, another. Hundreds of rows that each let the
 * browser watch them would cost more than all that they show.
 */
export function useNear(list: RefObject<HTMLElement | null>, order: unknown): [number, number] {
  const [[from, to], setNear] = useState<[number, number]>([0, 2 * step]);
  const look = () => {
    const { current } = list;
    if (current === null || current.offsetParent === null) return;
    const [first, last] = [firstBelow(current, 0), firstBelow(current, innerHeight)].map((at) => Math.floor((at ?? 0) / step) * step) as [number, number];
    setNear((before) => (before[0] === first - step && before[1] === last + 2 * step ? before : [first - step, last + 2 * step]));
  };
  useLayoutEffect(look, [list, order]);
  useEffect(() => {
    const options = { passive: true, capture: true };
    window.addEventListener("scroll", look, options);
    window.addEventListener("resize", look, options);
    return () => {
      window.removeEventListener("scroll", look, options);
      window.removeEventListener("resize", look, options);
    };
  }, [list]);
  return [from, to];
}
