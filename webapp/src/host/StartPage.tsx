import { useState, type FormEvent } from "react";
import { host as say } from "../sentences/en/host";
import { ask } from "../session/rest";
import { errorSentences, limits, type ConsoleStatus, type CreateSession, type SessionCreated } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { Frame } from "./Frame";
import { LibraryLine, Warnings } from "./Machine";
import { Nearby } from "./Nearby";

interface Props {
  status: ConsoleStatus;
  token: string;
  unreachable: boolean;
  onStarted(): void;
  onHistory(): void;
}

/** No jam runs: start one. */
export function StartPage({ status, token, unreachable, onStarted, onHistory }: Props) {
  const [name, setName] = useState(() => say.defaultName(status.host_name));
  const [guestsAdd, setGuestsAdd] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const start = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const body: CreateSession = { settings: { name: name.trim() === "" ? null : name.trim(), guest_can_add: guestsAdd } };
    const answer = await ask<SessionCreated>("/api/jam/sessions", token, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    setBusy(false);
    // One that runs already is the one to show.
    if (answer.ok || answer.code === "already_active") onStarted();
    else setError(answer.code === "unreachable" ? say.unreachableTitle : answer.message || errorSentences[answer.code]);
  };
  return (
    <Frame actions={<Button look="quiet" onClick={onHistory}>{say.history}</Button>}>
      <h1>{say.startTitle}</h1>
      <p className="lead">{say.startText}</p>
      <Warnings warnings={status.warnings} />
      <form className="stack" onSubmit={(event) => void start(event)}>
        <TextField label={say.nameLabel} value={name} maxLength={limits.maxJamName} error={error} onChange={(event) => setName(event.target.value)} />
        <fieldset className="choices">
          <legend>{say.whoAdds}</legend>
          <label><input type="radio" name="who" checked={guestsAdd} onChange={() => setGuestsAdd(true)} />{say.everyone}</label>
          <label><input type="radio" name="who" checked={!guestsAdd} onChange={() => setGuestsAdd(false)} />{say.onlyHost}</label>
        </fieldset>
        <Button look="primary" type="submit" className="wide" disabled={busy}>{busy ? say.starting : say.start}</Button>
        {unreachable && <p className="hint" role="status">{say.comesBack}</p>}
      </form>
      <Nearby jams={status.nearby} />
      <LibraryLine status={status} token={token} />
    </Frame>
  );
}
