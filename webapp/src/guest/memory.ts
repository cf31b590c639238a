import { drawer, seatKeeper, type SeatKeeper } from "../session/seat";

const lasting = drawer(() => localStorage);
const passing = drawer(() => sessionStorage);

export function guestSeats(code: string): SeatKeeper {
  return seatKeeper(code, "jam", lasting, passing);
}

/** The name that this person used last. */
export function rememberedName(): string {
  return lasting.get("jam.name") ?? "";
}

export function rememberName(name: string): void {
  lasting.set("jam.name", name);
}
