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

const linkOf = (code: string) => `jam.link.${code}`;

/** The key of that jam's link; null when this browser has only seen the code. */
export function linkKey(code: string): string | null {
  return passing.get(linkOf(code)) ?? lasting.get(linkOf(code));
}

/** Takes the key that stands behind the # of a link. One that is kept already stays until the new one has proved right. */
export function keepLink(code: string, hash: string): void {
  const { key } = readFragment(hash);
  if (key === null) return;
  passing.set(linkOf(code), key);
  if (lasting.get(linkOf(code)) === null) lasting.set(linkOf(code), key);
}

/** The host has answered to the key, or somebody else has: then the one of before counts again. */
export function judgeLink(code: string, right: boolean): void {
  const key = passing.get(linkOf(code));
  if (right && key !== null) lasting.set(linkOf(code), key);
  if (!right) passing.remove(linkOf(code));
}

/** The jam that this browser was in last, while it has a seat there. */
export function lastJam(): { code: string; name: string } | null {
  const kept = lasting.get("jam.last") ?? "";
  const [code, name] = [kept.slice(0, 9), kept.slice(9)];
  const seat = guestSeats(code).read();
  return seat === null || seat.ended === true ? null : { code, name };
}

/** @param code in its full form, of nine characters. */
export function rememberJam(code: string, name: string): void {
  lasting.set("jam.last", code + name);
}

/** Whether the screen is to stay on. */
export const keepsAwake = () => lasting.get("jam.awake") !== null;

export function rememberAwake(on: boolean): void {
  if (on) lasting.set("jam.awake", "1");
  else lasting.remove("jam.awake");
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
