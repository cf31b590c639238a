import { useState } from "react";
import { drawer } from "../session/seat";
import { linkAt } from "./address";

const lasting = drawer(() => localStorage);
const addressKey = "jam.console.address";
const wayKey = "jam.console.way";

/** How guests come in: by the soul-server, or straight over this network. */
export type Way = "anywhere" | "here";

export interface Invitation {
  /** The link to pass on, and the TV's; the latter null until the daemon has told it. */
  link: string;
  tvLink: string | null;
  /** The address to have the QR drawn with; null is the daemon's own choice, whole. */
  base: string | null;
  way: Way;
  /** The soul-server's name, where there is one and so a choice of ways. */
  server: string | null;
  /** The addresses of this machine that phones may reach, the likeliest first, and the one in use. */
  local: string[];
  at: string | null;
  choose(way: Way): void;
  chooseAt(base: string): void;
}

/**
 * What the invitation leads by. The jam's own link has something behind its # exactly where a soul-server is in
 * between; its address is then the first of those that the daemon tells. What the host chose is remembered.
 */
export function useInvitation(url: string, tvUrl: string | null, addresses: string[]): Invitation {
  const [chosenAt, setAt] = useState(() => lasting.get(addressKey));
  const [chosenWay, setWay] = useState(() => lasting.get(wayKey));
  const remote = url.includes("#") && addresses.length > 0;
  const local = remote ? addresses.slice(1) : addresses;
  const at = chosenAt !== null && local.includes(chosenAt) ? chosenAt : (local[0] ?? null);
  const way: Way = remote && (chosenWay !== "here" || at === null) ? "anywhere" : "here";
  const base = way === "anywhere" || at === addresses[0] ? null : at;
  return {
    link: base === null ? url : linkAt(base, url), tvLink: base === null || tvUrl === null ? tvUrl : linkAt(base, tvUrl),
    base, way, server: remote && at !== null ? new URL(url).host : null, local, at,
    choose(next) {
      lasting.set(wayKey, next);
      setWay(next);
    },
    chooseAt(next) {
      lasting.set(addressKey, next);
      setAt(next);
    },
  };
}
