import { useEffect, useState } from "react";
import { useClient, useJam } from "../jam/context";
import { host as say } from "../sentences/en/host";
import { limits, type JamSettings } from "../session/wire.gen";
import { Switch } from "../ui/Switch";
import { TextField } from "../ui/TextField";

/** The rules of the jam, changed while it runs. What the host shows is what holds: a refused change goes back. */
export function Settings() {
  const client = useClient();
  const settings = useJam((jam) => jam.settings);
  const [asked, setAsked] = useState<Partial<JamSettings>>({});
  const shown = { ...settings, ...asked };
  const change = async (patch: Partial<JamSettings>) => {
    setAsked((before) => ({ ...before, ...patch }));
    await client.tell({ type: "update_settings", settings: patch });
    setAsked((before) => {
      const left = { ...before };
      for (const key of Object.keys(patch) as (keyof JamSettings)[]) delete left[key];
      return left;
    });
  };
  return (
    <section className="panel settings" aria-labelledby="settings-title">
      <header className="panel-head"><h2 id="settings-title">{say.settings}</h2></header>
      <Switch label={say.guestsAdd} checked={shown.guest_can_add} onChange={(on) => void change({ guest_can_add: on })} />
      <Switch label={say.guestsRemoveOwn} checked={shown.guest_can_remove_own} onChange={(on) => void change({ guest_can_remove_own: on })} />
      <Switch label={say.duplicates} checked={shown.allow_duplicates} onChange={(on) => void change({ allow_duplicates: on })} />
      <Switch label={say.guestsControl} hint={say.guestsControlHint} checked={shown.guest_can_control} onChange={(on) => void change({ guest_can_control: on })} />
      <NumberSetting label={say.perPerson} hint={say.perPersonHint} min={0} max={limits.maxUpcoming}
        value={shown.max_queue_per_person} onChange={(most) => void change({ max_queue_per_person: most })} />
      <NumberSetting label={say.mostGuests} hint={say.mostGuestsHint(limits.maxParticipants)} min={1} max={limits.maxParticipants}
        value={shown.max_participants} onChange={(most) => void change({ max_participants: most })} />
    </section>
  );
}

interface NumberProps {
  label: string;
  hint: string;
  min: number;
  max: number;
  value: number;
  onChange(value: number): void;
}

/** Sent when the field is left or Enter is pressed, not on each digit. */
function NumberSetting({ label, hint, min, max, value, onChange }: NumberProps) {
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const commit = () => {
    const most = Math.round(Number(typed));
    if (typed.trim() === "" || !Number.isFinite(most)) return setTyped(String(value));
    const allowed = Math.min(Math.max(min, most), max);
    setTyped(String(allowed));
    if (allowed !== value) onChange(allowed);
  };
  return (
    <TextField className="field-number" label={label} hint={hint} type="number" inputMode="numeric" min={min} max={max}
      value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={commit} onKeyDown={(event) => event.key === "Enter" && commit()} />
  );
}
