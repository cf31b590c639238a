import { useView } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import type { JamQueueItem } from "../session/wire.gen";
import { NoticePage, StartButton } from "./NoticePages";

const none: JamQueueItem[] = [];

/** The jam is over; what was played is still here for those who saw it. */
export function EndedPage() {
  const played = useView((view) => view.jam?.played ?? none);
  const last = useView((view) => view.jam?.current ?? null);
  const reason = useView((view) => view.jam?.ended ?? null);
  const items = last === null ? played : [...played, last];
  return (
    <NoticePage title={say.endedTitle} text={reason === "host_gone" ? say.endedHostGone : say.endedText}>
      {items.length > 0 && (
        <section className="ended-played" aria-labelledby="ended-played">
          <h2 id="ended-played">{say.endedPlayed}</h2>
          <ol>
            {items.map(({ id, track_info: { title, artist } }) => <li key={id}><strong>{title}</strong> <span className="hint">{artist || jam.unknownArtist}</span></li>)}
          </ol>
        </section>
      )}
      <StartButton label={say.startPage} />
    </NoticePage>
  );
}
