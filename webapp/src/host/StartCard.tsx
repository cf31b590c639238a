import { useState, type FormEvent, type ReactNode } from "react";
import { Group } from "../hosting/fields";
import { OrderChoice } from "../hosting/SongRules";
import { host as say } from "../sentences/en/host";
import { hosting } from "../sentences/en/hosting";
import { music } from "../sentences/en/music";
import { refusal } from "../sentences/en/told";
import { ask } from "../session/rest";
import { limits, type CreateSession, type JamSettings, type SessionCreated } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { PeopleIcon } from "../ui/icons";
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
  /** The code of the jam that began; null where one ran already. */
  onStarted(code: string | null): void;
  children: ReactNode;
}

/** Start a jam: at once, or after a look at its name and who may do what in it. */
export function StartCard({ hostName, token, onStarted, children }: Props) {
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
    if (answer.ok) onStarted(answer.value.share_code);
    else if (answer.code === "already_active") onStarted(null);
    else setError(answer.code === "unreachable" ? say.unreachableTitle : refusal(answer.code, answer.message));
  };
  return (
    <form className="start-card" aria-labelledby="start-title" onSubmit={(event) => void start(event)}>
      <div className="start-words">
        <h2 id="start-title"><PeopleIcon />{say.startTitle}</h2>
        <p className="hint">{music.startText}</p>
      </div>
      <Button look="primary" type="submit" className="wide" disabled={busy}>{busy ? say.starting : say.start}</Button>
      {/* What is wrong may stand in the folded part. */}
      {error !== null && <p className="hint hint-error" role="alert">{error}</p>}
      {children}
      <Group title={music.rules} now={rulesNow(chosen)}>
        <TextField label={say.nameLabel} value={chosen.name ?? ""} maxLength={limits.maxJamName} onChange={(event) => choose({ name: event.target.value })} />
        <Choice legend={say.whoComes} yes={say.anyone} no={say.onlyAsked} value={!chosen.require_approval} onChange={(all) => choose({ require_approval: !all })} />
        <Choice legend={say.whoAdds} yes={say.everyone} no={say.onlyHost} value={chosen.guest_can_add} onChange={(all) => choose({ guest_can_add: all })} />
        <OrderChoice value={chosen.queue_order} onChange={(order) => choose({ queue_order: order })} />
        <Switch label={hosting.guestsVote} checked={chosen.guest_can_skip_vote} onChange={(on) => choose({ guest_can_skip_vote: on })} />
        <Switch label={hosting.chat} checked={chosen.allow_chat} onChange={(on) => choose({ allow_chat: on })} />
        <Switch label={hosting.autoplay} hint={hosting.autoplayHint} checked={chosen.autoplay} onChange={(on) => choose({ autoplay: on })} />
      </Group>
    </form>
  );
}

/** What the folded part says now, in words. */
function rulesNow({ name, require_approval, queue_order, guest_can_skip_vote, allow_chat, autoplay }: Chosen): string {
  const who = require_approval ? hosting.joiningNow.asked : hosting.joiningNow.everyone;
  return [name, who, hosting.orders[queue_order].label, guest_can_skip_vote && say.moreVote, allow_chat && say.moreChat, autoplay && say.moreAutoplay].filter(Boolean).join(" · ");
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
