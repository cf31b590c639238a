import { jam as say } from "../sentences/en/jam";
import type { Recap, RecapTrack } from "../session/wire.gen";
import { HeartIcon } from "../ui/icons";
import { RecapFacts } from "./RecapFacts";
import "./recap.css";

/** The evening in a few sentences, and all that was played. */
export function RecapView({ recap }: { recap: Recap }) {
  const { tracks } = recap;
  return (
    <section className="recap" data-testid="recap" aria-label={say.recapTracks}>
      <RecapFacts recap={recap} />
      {tracks.length > 0 && (
        <>
          <h2>{say.recapTracks}</h2>
          <ol>{tracks.map((track, index) => <Played key={index} track={track} />)}</ol>
        </>
      )}
    </section>
  );
}

function Played({ track: { title, artist, added_by, upvotes, skipped } }: { track: RecapTrack }) {
  return (
    <li>
      <strong>{title}</strong>
      <span className="hint">
        {artist || say.unknownArtist} · {added_by === null ? say.autoplay : say.addedBy(added_by)}
        {skipped && <> · {say.skipped}</>}
      </span>
      {upvotes > 0 && <span className="recap-votes" role="img" aria-label={say.votes(upvotes)}><HeartIcon />{upvotes}</span>}
    </li>
  );
}
