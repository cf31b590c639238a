import type { JamState } from "./reducer";

/**
 * How long until an upcoming item plays, ms, when the sound stands at positionMs; null where nobody can know: the music stands still, or the length of a
 * song before it is unknown. Somebody may still go first, so it is "about".
 */
export function waitMs(jam: JamState, itemId: string, positionMs: number): number | null {
  const { current, upcoming, playback } = jam;
  const at = upcoming.findIndex(({ id }) => id === itemId);
  if (current === null || !playback.playing || at < 0) return null;
  const before = [current, ...upcoming.slice(0, at)].map(({ track_info }) => track_info.duration_ms);
  if (before.some((ms) => ms <= 0)) return null;
  return Math.max(0, before.reduce((sum, ms) => sum + ms, 0) - positionMs);
}

/** What comes next is one's own, and did not a moment ago: its id, else null. A song that one put there just now is no news. */
export function becameNext(before: JamState, now: JamState): string | null {
  const next = now.upcoming[0];
  if (next === undefined || now.me === null || next.added_by !== now.me || before.upcoming[0]?.id === next.id) return null;
  return before.upcoming.some(({ id }) => id === next.id) ? next.id : null;
}
