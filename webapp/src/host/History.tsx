import { useEffect, useState, type ReactNode } from "react";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { ask, type Answer } from "../session/rest";
import type { HistoryDetail, HistoryList, HistoryRow, HistoryTrack } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { download } from "./download";
import { Frame } from "./Frame";

/** Past jams, and what was played in one of them. */
export function HistoryPage({ token, onBack }: { token: string; onBack(): void }) {
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Frame actions={<Button look="quiet" onClick={chosen === null ? onBack : () => setChosen(null)}>{say.back}</Button>}>
      {chosen === null ? <Jams token={token} onChoose={setChosen} /> : <OneJam token={token} id={chosen} />}
    </Frame>
  );
}

function Jams({ token, onChoose }: { token: string; onChoose(id: string): void }) {
  const answer = useAnswer<HistoryList>("/api/jam/history", token);
  return (
    <>
      <h1>{say.history}</h1>
      <Answered answer={answer}>
        {({ sessions }) => sessions.length === 0 ? <p className="lead">{say.historyEmpty}</p> : (
          <ul className="history">
            {sessions.map((row) => (
              <li key={row.id}>
                <button type="button" onClick={() => onChoose(row.id)} data-testid="history-row">
                  <span className="track-title">{row.name ?? say.noName}</span>
                  <span className="hint">{when(row)} · {say.historyRow(jam.songs(row.track_count), jam.peopleCount(row.participant_count))}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </>
  );
}

function OneJam({ token, id }: { token: string; id: string }) {
  const answer = useAnswer<HistoryDetail>(`/api/jam/history/${encodeURIComponent(id)}`, token);
  return (
    <Answered answer={answer}>
      {(detail) => (
        <>
          <h1>{detail.name ?? say.noName}</h1>
          <p className="lead">{when(detail)} · {say.historyRow(jam.songs(detail.track_count), jam.peopleCount(detail.participant_count))}</p>
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

function Played({ track }: { track: HistoryTrack }) {
  const mark = track.outcome === "failed" ? say.failed : track.skipped ? say.skipped : null;
  return (
    <li>
      <span className="row-time">{new Date(track.played_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}</span>
      <span className="track">
        <span className="track-title">{track.title}</span>
        <span className="track-more">
          <span className="track-artist">{track.artist || jam.unknownArtist}</span>
          {track.added_by !== null && <span>{jam.addedBy(track.added_by)}</span>}
          {mark !== null && <span className="tag">{mark}</span>}
        </span>
      </span>
    </li>
  );
}

function when(row: HistoryRow): string {
  const day = new Date(row.created_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return row.ended_at === null ? `${day} · ${say.stillRunning}` : day;
}

function useAnswer<T>(path: string, token: string): Answer<T> | null {
  const [answer, setAnswer] = useState<Answer<T> | null>(null);
  useEffect(() => {
    let gone = false;
    void ask<T>(path, token).then((next) => gone || setAnswer(next));
    return () => {
      gone = true;
    };
  }, [path, token]);
  return answer;
}

function Answered<T>({ answer, children }: { answer: Answer<T> | null; children(value: T): ReactNode }) {
  if (answer === null) return <p role="status">{say.historyLoading}</p>;
  return answer.ok ? children(answer.value) : <p role="alert">{say.historyFailed}</p>;
}
