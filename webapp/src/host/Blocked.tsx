import { useEffect, useRef } from "react";
import { desk } from "../sentences/en/desk";
import { jam } from "../sentences/en/jam";
import { music as say } from "../sentences/en/music";
import type { SharingStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { useSharing } from "./sharingContext";

/** What nobody finds or hears, with the way back. */
export function Blocked({ status: { blocked, blocked_tracks, blocked_artists } }: { status: SharingStatus }) {
  const { sharing } = useSharing();
  const part = useRef<HTMLElement>(null);
  const gone = useRef(false);
  const count = blocked_tracks.length + blocked_artists.length;
  // The button goes with the row; the focus must not go with it.
  useEffect(() => {
    if (gone.current && document.activeElement === document.body) part.current?.focus({ preventScroll: true });
    gone.current = false;
  }, [count]);
  const known = new Map(blocked.map((track) => [track.track_id, track]));
  const free = (what: Promise<boolean>) => {
    gone.current = true;
    void what;
  };
  return (
    <section aria-labelledby="blocked-title" tabIndex={-1} ref={part} className="blocked">
      <h3 id="blocked-title">{say.blocked}</h3>
      <p className="hint">{count > 0 && say.blockedHint} {desk.blockedHow}</p>
      {count > 0 && (
        <ul>
          {blocked_artists.map((artist) => (
            <Row key={`artist ${artist}`} name={artist} more={say.blockedArtist} onFree={() => free(sharing.blockArtist(artist, false))} />
          ))}
          {blocked_tracks.map((track_id) => {
            const track = known.get(track_id);
            return <Row key={track_id} name={track?.title ?? say.blockedGone} more={track === undefined ? "" : track.artist || jam.unknownArtist} onFree={() => free(sharing.blockTrack({ track_id }, false))} />;
          })}
        </ul>
      )}
    </section>
  );
}

function Row({ name, more, onFree }: { name: string; more: string; onFree(): void }) {
  return (
    <li className="member" data-testid="blocked">
      <span className="member-words"><span className="person-name">{name}</span><span className="hint">{more}</span></span>
      <Button look="quiet" aria-label={say.unblockOne(name)} onClick={onFree}>{say.unblock}</Button>
    </li>
  );
}
