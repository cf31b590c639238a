import { useEffect } from "react";

/** Whether this browser can keep the screen on; never on plain http. */
export const canKeepAwake = (): boolean => "wakeLock" in navigator;

/**
 * Keeps the screen on while `on`. The browser takes the lock back whenever the page is hidden, so it is asked for again when the page is seen.
 * Where the browser has none, or refuses (battery low), the screen goes off as ever.
 */
export function useWakeLock(on: boolean): void {
  useEffect(() => {
    if (!on || !canKeepAwake()) return undefined;
    /** The newest request, granted or not: two would need two releases. */
    let asking: Promise<WakeLockSentinel | null> = Promise.resolve(null);
    const hold = () => {
      if (document.visibilityState !== "visible") return;
      asking = asking.then((lock) => (lock?.released === false ? lock : navigator.wakeLock.request("screen").catch(() => null)));
    };
    hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      void asking.then((lock) => lock?.release());
    };
  }, [on]);
}
