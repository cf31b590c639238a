import type { Word } from "../link/link";
import { limits, type ErrorMessage, type ServerMessage } from "./wire.gen";

/** Why a connection is over for good, or until the person asks. */
export type Over =
  | "kicked" | "ended" | "denied" | "not_found" | "full" | "reload" | "left"
  /** Removed earlier, and not let in again. */
  | "banned"
  /** A host said no to this one person. */
  | "turned_away"
  /** The seat's token is not known any more: ask for the name again. */
  | "seat_lost"
  /** Someone with the same rights is connected elsewhere. */
  | "elsewhere"
  /** A newer connection has taken this seat. */
  | "replaced"
  /** The host refused the join without closing; the error says why. */
  | "refused"
  /** Who answers is not the host that the page's link is for. */
  | "impostor";

/** A page that holds a seat retries "not found" for 30 min: the host may just be restarting. */
export const notFoundPatienceMs = 30 * 60_000;

/** What a close code asks for: null = come back by yourself. */
export function verdict(code: number, notFoundForMs: number | null): Over | null {
  switch (code) {
    case limits.closeReplaced: return "replaced";
    case limits.closeKicked: return "kicked";
    case limits.closeEnded: return "ended";
    case limits.closeDenied: return "denied";
    case limits.closeFull: return "full";
    case limits.closeBadProtocol: return "reload";
    case limits.closeLeft: return "left";
    case limits.closeNotFound:
      return notFoundForMs !== null && notFoundForMs < notFoundPatienceMs ? null : "not_found";
  }
  return code >= 4500 && code <= 4999 ? "denied" : null;
}

/** What the host said on this connection that decides how it is over. */
export class LastWords {
  refusal: ErrorMessage | null = null;
  /** Why the person was removed or turned away; null when nobody said. */
  reason: string | null = null;
  private turnedAway = false;
  private bye: number | null = null;

  hear(message: ServerMessage): void {
    switch (message.type) {
      case "bye": this.bye = message.code; break;
      case "kicked": this.reason = message.reason || null; break;
      case "join_denied": [this.turnedAway, this.reason] = [true, message.reason || null]; break;
    }
  }

  /** What became of the connection, closed with that code; null = come back by yourself. */
  verdict(closed: number, word: Word | undefined, notFoundForMs: number | null): Over | null {
    if (word === "impostor") return word;
    const over = verdict(this.code(closed, word), notFoundForMs);
    if (over === "kicked" && this.refusal?.code === "banned") return "banned";
    return over === "denied" && this.turnedAway ? "turned_away" : over;
  }

  /** The bye tells more than the close: a proxy may have closed. Who is not the host can only say that there is none. */
  code(closed: number, word?: Word): number {
    const hosts = closed >= 4500 && closed !== limits.closeNotFound && closed !== limits.closeEnded;
    return this.bye ?? (word !== undefined && hosts ? 1006 : closed);
  }

  /** The host itself ended it. */
  own(word: Word | undefined): boolean {
    return word === undefined || this.bye !== null;
  }
}

/** The longest and the shortest wait before the next try, ms. */
const longestMs = 5_000;
const shortestMs = 200;

/** Full jitter: anywhere between the shortest wait and a limit that doubles with each failure. */
export function backoffMs(failures: number, random: () => number): number {
  const limit = Math.min(longestMs, 2 * shortestMs * 2 ** Math.min(failures, 10));
  return shortestMs + random() * (limit - shortestMs);
}
