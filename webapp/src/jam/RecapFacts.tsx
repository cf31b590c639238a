import { jam as say } from "../sentences/en/jam";
import type { Recap } from "../session/wire.gen";

/** How much was played and by how many, who added most and what was liked best. */
export function RecapFacts({ recap: { track_count, participant_count, duration_ms, top_adder, top_track } }: { recap: Recap }) {
  return (
    <>
      <p>{say.recapFacts(say.songs(track_count), say.peopleCount(participant_count), say.minutes(Math.round(duration_ms / 60_000)))}</p>
      {top_adder !== null && <p>{say.recapAdder(top_adder.name, say.songs(top_adder.tracks))}</p>}
      {top_track !== null && <p>{say.recapBest(top_track.title, say.votes(top_track.upvotes))}</p>}
    </>
  );
}
