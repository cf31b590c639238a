import { readFragment } from "../link/fragment";
import type { KnownHost } from "../link/link";
import { drawer, seatKeeper, type MemberKeeper, type SeatKeeper } from "../session/seat";

const lasting = drawer(() => localStorage);
const passing = drawer(() => sessionStorage);

export function guestSeats(code: string): SeatKeeper {
  return seatKeeper(code, "jam", lasting, passing);
}

/**
 * A member's token counts in every jam of this host, so it is not kept by code. In the host's own network that is who
 * has this origin, at a soul-server who has that peer id. A host whom nothing but soul-server's word vouches for is not shown any.
 */
export function memberOf(host: () => KnownHost | null): MemberKeeper {
  const key = () => {
    const known = host();
    return known === null ? "jam.member" : `jam.member.${known.peer}`;
  };
  return {
    read: () => (host()?.verified === false ? null : lasting.get(key())),
    write: (userToken) => lasting.set(key(), userToken),
    forget: () => lasting.remove(key()),
  };
}

/** The key of that jam's link; null when this browser has only seen the code. */
export function linkKey(code: string): string | null {
  return lasting.get(`jam.link.${code}`);
}

/** Keeps the key that stands behind the # of a link. */
export function keepLink(code: string, hash: string): void {
  const { key } = readFragment(hash);
  if (key !== null) lasting.set(`jam.link.${code}`, key);
}

/** Whether this tab stood in the waiting room of that jam: a reload goes back to its place. */
export function wasWaiting(code: string): boolean {
  return passing.get("jam.waiting") === code;
}

export function rememberWaiting(code: string, waits: boolean): void {
  if (waits) passing.set("jam.waiting", code);
  else passing.remove("jam.waiting");
}

/** The name that this person used last. */
export function rememberedName(): string {
  return lasting.get("jam.name") ?? "";
}

export function rememberName(name: string): void {
  lasting.set("jam.name", name);
}
