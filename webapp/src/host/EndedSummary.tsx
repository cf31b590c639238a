import { useView } from "../jam/context";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import type { JamState } from "../session/reducer";
import { Button } from "../ui/Button";
import { Frame } from "./Frame";

/** The evening in a few lines, and the way to the next. */
export function EndedSummary({ onNext, onHistory }: { onNext(): void; onHistory(): void }) {
  const state = useView((view) => view.jam);
  return (
    <Frame>
      <h1>{say.endedTitle}</h1>
      {state !== null && <Evening state={state} />}
      <div className="stack">
        <Button look="primary" className="wide" onClick={onNext}>{say.startAgain}</Button>
        <Button className="wide" onClick={onHistory}>{say.history}</Button>
      </div>
    </Frame>
  );
}

function Evening({ state }: { state: JamState }) {
  const items = state.current === null ? state.played : [...state.played, state.current];
  return (
    <>
      <p className="lead">{say.endedSummary(jam.songs(items.length), jam.peopleCount(Object.keys(state.names).length))}</p>
      {items.length > 0 && (
        <ol className="ended-played">
          {items.map(({ id, track_info: { title, artist } }) => <li key={id}><strong>{title}</strong> <span className="hint">{artist || jam.unknownArtist}</span></li>)}
        </ol>
      )}
    </>
  );
}
