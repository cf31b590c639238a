import { useState } from "react";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import type { HistoryList } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { Answered, useAnswer } from "./answer";
import { Frame } from "./Frame";
import { OneJam, when } from "./OneJam";

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
