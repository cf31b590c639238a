/** What brings a person back to their seat. */
export interface Seat {
  resume_token: string;
  participant_id: string;
  /** The jam is known to be over: the seat only shows how it ended. */
  ended?: boolean;
}

/** What makes a member known to this host in every jam. */
export interface MemberKeeper {
  read(): string | null;
  write(userToken: string): void;
  forget(): void;
}

/** Remembers the seat of one jam between visits and tabs. */
export interface SeatKeeper {
  read(): Seat | null;
  write(seat: Seat): void;
  /** Forgets seat and key: the next one who joins from here is somebody new. */
  forget(): void;
  /** The same key until a seat is taken, so that a retried join makes no second person. */
  joinKey(): string;
}

/** For who takes no seat. */
export const noSeat: SeatKeeper = { read: () => null, write: () => undefined, forget: () => undefined, joinKey: () => "" };

/** Storage that may be denied (private windows): then it lasts as long as the page. */
export interface Drawer {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export function drawer(storage: () => Storage): Drawer {
  const spare = new Map<string, string>();
  return {
    get(key) {
      try {
        return storage().getItem(key) ?? spare.get(key) ?? null;
      } catch {
        return spare.get(key) ?? null;
      }
    },
    set(key, value) {
      try {
        storage().setItem(key, value);
      } catch {
        spare.set(key, value);
      }
    },
    remove(key) {
      spare.delete(key);
      try {
        storage().removeItem(key);
      } catch {
        // Nothing was kept there.
      }
    },
  };
}

/** 192 random bits, base64url: more than the contract's 128, in a page that may not be a secure context. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
}

/** The prefix keeps a guest's seat and the host's apart where both pages share an origin. */
export function seatKeeper(code: string, prefix: string, lasting: Drawer, passing: Drawer): SeatKeeper {
  const seatKey = `${prefix}.seat.${code}`;
  const joinKey = `${prefix}.key.${code}`;
  return {
    read: () => parseSeat(lasting.get(seatKey)),
    write(seat) {
      lasting.set(seatKey, JSON.stringify(seat));
      passing.remove(joinKey);
    },
    forget() {
      lasting.remove(seatKey);
      passing.remove(joinKey);
    },
    joinKey() {
      const kept = passing.get(joinKey);
      if (kept !== null) return kept;
      const made = randomKey();
      passing.set(joinKey, made);
      return made;
    },
  };
}

function parseSeat(text: string | null): Seat | null {
  if (text === null) return null;
  try {
    const { resume_token, participant_id, ended } = JSON.parse(text) as Partial<Record<keyof Seat, unknown>>;
    if (typeof resume_token !== "string" || typeof participant_id !== "string" || resume_token === "") return null;
    return { resume_token, participant_id, ...(ended === true ? { ended } : {}) };
  } catch {
    return null;
  }
}
