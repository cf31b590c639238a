import type { ReactNode } from "react";
import { jam as say } from "../sentences/en/jam";
import type { TrackInfo } from "../session/wire.gen";

/** Title above, artist and a word more below. */
export function TrackText({ track, children }: { track: TrackInfo; children?: ReactNode }) {
  return (
    <span className="track">
      <span className="track-title">{track.title}</span>
      <span className="track-more"><span className="track-artist">{track.artist || say.unknownArtist}</span>{children}</span>
    </span>
  );
}
