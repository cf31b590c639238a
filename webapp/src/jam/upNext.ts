import { useEffect } from "react";
import { becameNext } from "../session/wait";
import { useClient } from "./context";

/** Short, twice: a hand feels it, the room does not hear it. ms on, off, on. */
const gentle = [40, 60, 40];

/** The phone moves once when a song of one's own comes to be the next; not for who asks for less motion, and not in a pocket. */
export function useUpNext(): void {
  const { view } = useClient();
  useEffect(() => {
    let before = view.get().jam;
    return view.subscribe(() => {
      const { jam } = view.get();
      if (jam?.upcoming === before?.upcoming) return;
      const news = before !== null && jam !== null && becameNext(before, jam) !== null;
      before = jam;
      // Safari has no such thing.
      const still = document.visibilityState !== "visible" || window.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
      if (news && !still) (navigator as { vibrate?: (pattern: number[]) => boolean }).vibrate?.(gentle);
    });
  }, [view]);
}
