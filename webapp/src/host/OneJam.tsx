import { useState } from "react";
import { RecapView } from "../jam/RecapView";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import type { HistoryDetail, HistoryRow, HistoryTrack, RecapTrack } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { dayAndTimeOf, timeOf } from "../ui/dates";
import { Answered, useAnswer } from "./answer";
import { download } from "./download";

/** The songs of the recap: they stand below it with all that is known of them. */
const none: RecapTrack[] = [];

/** One past jam: how it ended, what there was to remember, what was played. */
export function OneJam({ token, id }: { token: string; id: string }) {
  const answer = useAnswer<HistoryDetail>(`/api/jam/history/${encodeURIComponent(id)}`, token);
  return (
    <Answered answer={answer}>
      {(detail) => (
        <>
          <h1>{detail.name ?? say.noName}</h1>
          <p className="lead">{when(detail)}{detail.recap === null && ` · ${say.historyRow(jam.songs(detail.track_count), jam.peopleCount(detail.participant_count))}`}</p>
          {detail.end_reason !== null && <p data-testid="end-reason">{say.endReasons[detail.end_reason]}</p>}
          {detail.recap !== null && <RecapView recap={{ ...detail.recap, tracks: none }} />}
          <Export detail={detail} token={token} />
          <ol className="history-tracks">{detail.tracks.map((track) => <Played key={track.played_at + track.track_id} track={track} />)}</ol>
        </>
      )}
    </Answered>
  );
}

const formats = [
  { format: "csv", ending: "csv", label: say.exportCSV },
  { format: "m3u", ending: "m3u8", label: say.exportM3U },
  { format: "json", ending: "json", label: say.exportJSON },
];

/** The evening as a file. The day and the code make its name. */
function Export({ detail: { id, created_at, share_code }, token }: { detail: HistoryDetail; token: string }) {
  const [failed, setFailed] = useState(false);
  const save = async (format: string, ending: string) => {
    const path = `/api/jam/history/${encodeURIComponent(id)}?format=${format}`;
    setFailed(!(await download(path, token, `jam-${created_at.slice(0, 10)}-${share_code}.${ending}`)));
  };
  return (
    <section aria-label={say.exportTitle}>
      <p className="hint">{say.exportTitle}</p>
      <div className="exports">
        {formats.map(({ format, ending, label }) => <Button key={format} onClick={() => void save(format, ending)}>{label}</Button>)}
      </div>
      {failed && <p className="hint hint-error" role="alert">{say.exportFailed}</p>}
    </section>
  );
}

function Played({ track: { title, artist, played_at, added_by, upvotes, outcome } }: { track: HistoryTrack }) {
  const mark = say.outcomes[outcome];
  return (
    <li data-testid="history-track">
      <span className="row-time">{timeOf(new Date(played_at))}</span>
      <span className="track">
        <span className="track-title">{title}</span>
        <span className="track-more">
          <span className="track-artist">{artist || jam.unknownArtist}</span>
          <span>{added_by === null ? jam.autoplay : jam.addedBy(added_by)}</span>
          {upvotes > 0 && <span>{jam.votes(upvotes)}</span>}
          {mark !== undefined && <span className="tag">{mark}</span>}
        </span>
      </span>
    </li>
  );
}

/** When it was. */
export function when(row: HistoryRow): string {
  const day = dayAndTimeOf(new Date(row.created_at));
  return row.ended_at === null ? `${day} · ${say.stillRunning}` : day;
}
