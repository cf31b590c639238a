import type { JamClient } from "../session/client";

/** Ties a jam to the life of its page: sleep, wake, network, goodbye. Returns how to untie it. */
export function followPage(client: JamClient): () => void {
  const life = new AbortController();
  const on = (target: EventTarget | undefined, event: string, what: () => void) => target?.addEventListener(event, what, life);
  const wake = () => client.wake();
  on(window, "online", wake);
  on(window, "pageshow", wake);
  on(window, "pagehide", () => client.away());
  on(document, "visibilitychange", () => document.visibilityState === "visible" && client.wake());
  // It also changes when nothing but a figure does: no reason to connect anew.
  on((navigator as { connection?: EventTarget }).connection, "change", () => client.stir());
  return () => life.abort();
}

/** Begins when the page is seen and ends when it is hidden, again and again: a hidden page is not woken for nothing. Returns how to end it for good. */
export function whileSeen(begin: () => () => void): () => void {
  let end: (() => void) | null = null;
  const turn = () => {
    const seen = document.visibilityState === "visible";
    if (seen) end ??= begin();
    else {
      end?.();
      end = null;
    }
  };
  turn();
  document.addEventListener("visibilitychange", turn);
  return () => {
    document.removeEventListener("visibilitychange", turn);
    end?.();
  };
}
