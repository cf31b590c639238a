import { useEffect, useReducer } from "react";
import { useClient } from "./context";
import { whileSeen } from "./lifecycle";

/** The host's clock, ms; the component renders again this often, while the page is seen. */
export function useHostNow(everyMs: number): number {
  const { clock } = useClient();
  const [, tick] = useReducer((n: number) => n + 1, 0);
  useEffect(() => whileSeen(() => {
    tick();
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }), [everyMs]);
  return clock.now();
}
