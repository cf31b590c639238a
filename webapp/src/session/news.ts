import { crowd } from "./people";
import type { JamState } from "./reducer";
import type { NotificationMessage } from "./wire.gen";

/** What is said elsewhere on the page, or is no news to this person, is no toast. */
export function isNews({ kind, params }: NotificationMessage, jam: JamState | null): boolean {
  return kind !== "session_ending" && !isOwn(params, jam) && !isOneOfMany(kind, jam);
}

/** The host tells everyone, also the one who did it or whom it is about; that one knows already. */
function isOwn({ by, name, new_host }: NotificationMessage["params"], jam: JamState | null): boolean {
  const own = jam?.me == null ? undefined : jam.names[jam.me];
  return own !== undefined && [by, name, new_host].includes(own);
}

/** In a crowd somebody comes or goes all the time. */
function isOneOfMany(kind: string, jam: JamState | null): boolean {
  return (kind === "participant_joined" || kind === "participant_left") && jam !== null && jam.peopleCount > crowd;
}

/** So many who come or go are told of within so long, ms: fifty at the door are not fifty sentences. */
const mostComing = 3;
const comingMs = 10_000;

/** Lets through what is told, and of comings and goings the first few. */
export function fewComings(now: () => number = Date.now): (kind: string) => boolean {
  let told: number[] = [];
  return (kind) => {
    if (kind !== "participant_joined" && kind !== "participant_left") return true;
    told = told.filter((at) => now() - at < comingMs);
    return told.length < mostComing && told.push(now()) > 0;
  };
}
