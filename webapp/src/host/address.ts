import { useState } from "react";
import { drawer } from "../session/seat";

const lasting = drawer(() => localStorage);
const key = "jam.console.address";

/** The address that the host chose for link and QR, among those that the machine has now; the daemon's own choice is the first. */
export function useAddress(addresses: string[]): [base: string | null, choose: (base: string) => void] {
  const [chosen, setChosen] = useState(() => lasting.get(key));
  const base = chosen !== null && addresses.includes(chosen) ? chosen : (addresses[0] ?? null);
  return [base, (next) => {
    lasting.set(key, next);
    setChosen(next);
  }];
}

/** The link at another of the host's addresses. What the link pins is the soul-server's guests' need alone; a TV's token stays. */
export function linkAt(base: string, link: string): string {
  const { pathname, search, hash } = new URL(link);
  const tv = /[#&](tv=.*)$/.exec(hash)?.[1];
  return base.replace(/\/$/, "") + pathname + search + (tv === undefined ? "" : `#${tv}`);
}
