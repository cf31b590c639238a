import type { JamState } from "./reducer";
import type { TrackInfo } from "./wire.gen";

/** A song that was asked for and that the host has not confirmed yet. */
export interface Adding {
  key: number;
  track: TrackInfo;
}

export function withoutFirst(adding: Adding[], trackId: string): Adding[] {
  const at = adding.findIndex(({ track }) => track.track_id === trackId);
  return at < 0 ? adding : adding.filter((_, index) => index !== at);
}

export function isQueued(jam: JamState | null, track: TrackInfo): boolean {
  return jam !== null && (jam.current?.track_id === track.track_id || jam.upcoming.some((item) => item.track_id === track.track_id));
}

/** A second tap within this, ms, belongs to the first. */
export const doubleTapMs = 700;

/** Tells whether the song was tapped a moment ago. */
export function doubleTaps(): (trackId: string) => boolean {
  let last = "";
  let at = 0;
  return (trackId) => {
    const before = [last, at] as const;
    [last, at] = [trackId, Date.now()];
    return before[0] === trackId && at - before[1] < doubleTapMs;
  };
}
