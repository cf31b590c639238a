import { useState } from "react";
import { Participants } from "../jam/Participants";
import { useJam } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { mayHost } from "../session/selectors";
import { Button } from "../ui/Button";
import { useChunk } from "./chunk";
import { loadControls } from "./hostChunk";

/** Who is here; for a host the way to its controls, which hold the same list. */
export function People() {
  const hosts = useJam(mayHost);
  const [open, setOpen] = useState(false);
  if (hosts && open) return <Controls />;
  return <>{hosts && <HostEntry onOpen={() => setOpen(true)} />}<Participants /></>;
}

function HostEntry({ onOpen }: { onOpen(): void }) {
  const waiting = useJam((jam) => jam.pending.length);
  return (
    <section className="host-entry" aria-labelledby="host-entry">
      <h2 id="host-entry">{say.hostEntry}</h2>
      <p className="hint">{say.hostEntryText}</p>
      <p role="status">{waiting > 0 && say.hostWaiting(waiting)}</p>
      <Button look="primary" onClick={onOpen}>{say.hostOpen}</Button>
    </section>
  );
}

function Controls() {
  const part = useChunk(loadControls);
  if (part === "failed") return <p className="hint hint-error" role="alert">{say.hostFailed}</p>;
  return part === null ? <Participants /> : <section aria-label={say.hostEntry}><part.Part /></section>;
}
