import type { HostClock } from "./clock";
import type { JamState } from "./reducer";
import type { JamParticipant, JamQueueItem } from "./wire.gen";

/** Where the sound is now, extrapolated from what the host last said, within the song. */
export function positionMs(jam: JamState, clock: HostClock): number {
  const { playing, position_ms, at_ms } = jam.playback;
  const now = playing ? position_ms + (clock.now() - at_ms) : position_ms;
  const length = jam.current?.track_info.duration_ms ?? 0;
  return Math.max(0, length > 0 ? Math.min(now, length) : now);
}

export function self(jam: JamState): JamParticipant | undefined {
  return jam.people.find((person) => person.id === jam.me);
}

export function hostName(jam: JamState): string {
  return jam.people.find((person) => person.role === "host")?.display_name ?? "";
}

export function isMine(jam: JamState, item: JamQueueItem): boolean {
  return item.added_by === jam.me;
}

export function mayRemove(jam: JamState, item: JamQueueItem): boolean {
  return jam.permissions.can_remove_any || (jam.permissions.can_remove_own && isMine(jam, item));
}

/** The tracks that play or wait, to mark them in search results. */
export function queuedTracks(jam: JamState): Set<string> {
  const tracks = new Set(jam.upcoming.map((item) => item.track_id));
  if (jam.current !== null) tracks.add(jam.current.track_id);
  return tracks;
}
