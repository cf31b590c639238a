import { useState, type FormEvent, type ReactNode } from "react";
import { Group } from "../hosting/fields";
import { OrderChoice } from "../hosting/SongRules";
import { host as say } from "../sentences/en/host";
import { hosting } from "../sentences/en/hosting";
import { ask } from "../session/rest";
import { errorSentences, limits, type CreateSession, type JamSettings, type SessionCreated } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { Switch } from "../ui/Switch";
import { TextField } from "../ui/TextField";

/** What is decided before a jam begins; everything else has its usual value and can be changed while it runs. */
type Chosen = Pick<JamSettings, "name" | "require_approval" | "guest_can_add" | "queue_order" | "guest_can_skip_vote" | "allow_chat" | "autoplay">;

const usual: Omit<Chosen, "name"> = {
  require_approval: false, guest_can_add: true, queue_order: "fair", guest_can_skip_vote: true, allow_chat: true, autoplay: true,
};

interface Props {
  hostName: string;
  token: string;
  onStarted(): void;
  children: ReactNode;
}

/** The name of the jam, and who may do what in it, in words. */
export function StartForm({ hostName, token, onStarted, children }: Props) {
  const [chosen, setChosen] = useState<Chosen>(() => ({ ...usual, name: say.defaultName(hostName) }));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const choose = (patch: Partial<Chosen>) => setChosen((before) => ({ ...before, ...patch }));
  const start = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const name = (chosen.name ?? "").trim();
    const body: CreateSession = { settings: { ...chosen, name: name === "" ? null : name } };
    const answer = await ask<SessionCreated>("/api/jam/sessions", token, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    setBusy(false);
    // One that runs already is the one to show.
    if (answer.ok || answer.code === "already_active") onStarted();
    else setError(answer.code === "unreachable" ? say.unreachableTitle : answer.message || errorSentences[answer.code]);
  };
  return (
    <form className="stack" onSubmit={(event) => void start(event)}>
      <TextField label={say.nameLabel} value={chosen.name ?? ""} maxLength={limits.maxJamName} error={error} onChange={(event) => choose({ name: event.target.value })} />
      <Choice legend={say.whoComes} yes={say.anyone} no={say.onlyAsked} value={!chosen.require_approval} onChange={(all) => choose({ require_approval: !all })} />
      <Choice legend={say.whoAdds} yes={say.everyone} no={say.onlyHost} value={chosen.guest_can_add} onChange={(all) => choose({ guest_can_add: all })} />
      <Group title={say.more} now={moreNow(chosen)}>
        <OrderChoice value={chosen.queue_order} onChange={(order) => choose({ queue_order: order })} />
        <Switch label={hosting.guestsVote} checked={chosen.guest_can_skip_vote} onChange={(on) => choose({ guest_can_skip_vote: on })} />
        <Switch label={hosting.chat} checked={chosen.allow_chat} onChange={(on) => choose({ allow_chat: on })} />
        <Switch label={hosting.autoplay} hint={hosting.autoplayHint} checked={chosen.autoplay} onChange={(on) => choose({ autoplay: on })} />
      </Group>
      <Button look="primary" type="submit" className="wide" disabled={busy}>{busy ? say.starting : say.start}</Button>
      {children}
    </form>
  );
}

/** What the folded part says now, in words. */
function moreNow({ queue_order, guest_can_skip_vote, allow_chat, autoplay }: Chosen): string {
  return [hosting.orders[queue_order].label, guest_can_skip_vote && say.moreVote, allow_chat && say.moreChat, autoplay && say.moreAutoplay].filter(Boolean).join(", ");
}

interface ChoiceProps {
  legend: string;
  yes: string;
  no: string;
  value: boolean;
  onChange(value: boolean): void;
}

function Choice({ legend, yes, no, value, onChange }: ChoiceProps) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <label><input type="radio" name={legend} checked={value} onChange={() => onChange(true)} />{yes}</label>
      <label><input type="radio" name={legend} checked={!value} onChange={() => onChange(false)} />{no}</label>
    </fieldset>
  );
}
