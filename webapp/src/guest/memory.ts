import { drawer, seatKeeper, type MemberKeeper, type SeatKeeper } from "../session/seat";

const lasting = drawer(() => localStorage);
const passing = drawer(() => sessionStorage);

export function guestSeats(code: string): SeatKeeper {
  return seatKeeper(code, "jam", lasting, passing);
}

/** A member's token counts in every jam of this host, so it is not kept by code. */
export const member: MemberKeeper = {
  read: () => lasting.get("jam.member"),
  write: (userToken) => lasting.set("jam.member", userToken),
  forget: () => lasting.remove("jam.member"),
};

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
