import type { HostClock } from "./clock";
import type { JamState } from "./reducer";
import type { JamParticipant, JamQueueItem, SkipVote, Why } from "./wire.gen";

/** Where the sound is now, extrapolated from what the host last said, within the song. */
export function positionMs(jam: JamState, clock: HostClock): number {
  const { playing, position_ms, at_ms } = jam.playback;
  const now = playing ? position_ms + (clock.now() - at_ms) : position_ms;
  const length = jam.current?.track_info.duration_ms ?? 0;
  return Math.max(0, length > 0 ? Math.min(now, length) : now);
}

/** Whether this page shows what only hosts do. (The console always does: its seat keeps every right.) */
export function mayHost(jam: JamState | null): boolean {
  return jam !== null && self(jam)?.role === "host";
}

export function self(jam: JamState): JamParticipant | undefined {
  return jam.people.find((person) => person.id === jam.me);
}

export function hostName(jam: JamState): string {
  return jam.people.find((person) => person.role === "host")?.display_name ?? "";
}

export function isMine(jam: Pick<JamState, "me">, item: JamQueueItem): boolean {
  return jam.me !== null && item.added_by === jam.me;
}

/** Why an upcoming item stands where it does; null when the host did not say. */
export function whyOf(jam: JamState, itemId: string): Why | null {
  return jam.why.find((why) => why.item_id === itemId) ?? null;
}

/** The vote on what is playing. */
export function skipVoteOf({ skipVote, current }: JamState): SkipVote | null {
  return skipVote !== null && skipVote.queue_item_id === current?.id ? skipVote : null;
}

/** Whether a host took away this person's right to chat, while others chat. */
export function isMuted(jam: JamState): boolean {
  return jam.settings.allow_chat && !jam.permissions.can_chat;
}

export function mayRemove(jam: Pick<JamState, "me" | "permissions">, item: JamQueueItem): boolean {
  return jam.permissions.can_remove_any || (jam.permissions.can_remove_own && isMine(jam, item));
}

/** The tracks that play or wait, to mark them in search results. */
export function queuedTracks(jam: JamState): Set<string> {
  const tracks = new Set(jam.upcoming.map((item) => item.track_id));
  if (jam.current !== null) tracks.add(jam.current.track_id);
  return tracks;
}
