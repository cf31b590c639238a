import type { MemberKeeper, SeatKeeper } from "./seat";
import { limits, type JoinedMessage, type JoinRequestMessage, type ResumedMessage, type ResumeMessage, type WatchMessage } from "./wire.gen";

/** How to take a seat where none is remembered. */
export interface Arrival {
  display_name: string;
  /** The host's; a member's comes from the keeper. */
  user_token?: string;
}

/** What brings someone in. */
export interface Credentials {
  seats: SeatKeeper;
  /** Set for a screen that only watches: the token of the console's TV link, or "". It never takes a seat. */
  watch?: string | undefined;
  /** A member's token, shown when a new seat is taken; absent for the host. */
  member?: MemberKeeper | undefined;
  /** The last event held; null = nothing is held: then last_seq is left out, and the whole jam comes. */
  lastSeq(): number | null;
}

/** The first message of a connection; null when there is neither seat nor name. */
export function introduction({ seats, watch, member, lastSeq }: Credentials, arrival: Arrival | null): ResumeMessage | JoinRequestMessage | WatchMessage | null {
  if (watch !== undefined) return { type: "watch", ...(watch === "" ? {} : { token: watch }), v: limits.version };
  const seat = seats.read();
  if (seat !== null) {
    const last_seq = lastSeq();
    return { type: "resume", resume_token: seat.resume_token, ...(last_seq === null ? {} : { last_seq }), v: limits.version };
  }
  if (arrival === null) return null;
  const user_token = arrival.user_token ?? member?.read() ?? null;
  return { type: "join_request", ...arrival, ...(user_token === null ? {} : { user_token }), join_key: seats.joinKey(), v: limits.version };
}

/** The host does not know what was shown: forgets it. True when there is another way in, on the same connection. */
export function disowned({ seats, member }: Credentials, arrival: Arrival | null, asked: "resume" | "join_request" | "watch"): boolean {
  if (asked === "resume") {
    seats.forget();
    return true;
  }
  if (arrival?.user_token !== undefined || member === undefined || member.read() === null) return false;
  member.forget();
  return true;
}

/** Keeps the seat that the host gave. Who only watches gets none. */
export function keepSeat(seats: SeatKeeper, message: JoinedMessage | ResumedMessage): void {
  const participant_id = message.type === "joined" ? message.participant_id : (seats.read()?.participant_id ?? "");
  if (message.resume_token !== null && participant_id !== null) seats.write({ resume_token: message.resume_token, participant_id });
}

/** The jam is over. The seat stays: who comes back with it is told how it ended. */
export function keepEnded(seats: SeatKeeper): void {
  const seat = seats.read();
  if (seat !== null) seats.write({ ...seat, ended: true });
}
