import { useView } from "../jam/context";
import { RecapView } from "../jam/RecapView";
import { host as say } from "../sentences/en/host";
import { Button } from "../ui/Button";
import { Frame } from "./Frame";

/** How the evening ended and what there is to remember of it, and the way to the next. */
export function EndedSummary({ onNext, onHistory }: { onNext(): void; onHistory(): void }) {
  const end = useView((view) => view.end);
  const reason = end?.reason == null ? undefined : say.endReasons[end.reason];
  return (
    <Frame>
      <h1>{say.endedTitle}</h1>
      {reason !== undefined && <p className="lead">{reason}</p>}
      <div className="stack">
        <Button look="primary" className="wide" onClick={onNext}>{say.toPlayer}</Button>
        <Button className="wide" onClick={onHistory}>{say.history}</Button>
      </div>
      {end?.recap != null && <RecapView recap={end.recap} />}
    </Frame>
  );
}
