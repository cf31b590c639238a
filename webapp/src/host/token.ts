import { drawer, seatKeeper, type SeatKeeper } from "../session/seat";

const lasting = drawer(() => localStorage);
const passing = drawer(() => sessionStorage);
const key = "jam.hostToken";

/**
 * The host's token: from the fragment of the address (which is then removed, so
 * that it is not read over a shoulder or bookmarked), else from this tab's memory.
 */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null && given !== "") {
    passing.set(key, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return passing.get(key);
}

export function forgetToken(): void {
  passing.remove(key);
}

/** Apart from a guest's seat: the guest's pages are served at this origin, too. */
export function hostSeats(code: string): SeatKeeper {
  return seatKeeper(code, "jam.console", lasting, passing);
}
