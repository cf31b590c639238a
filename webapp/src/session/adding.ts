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
