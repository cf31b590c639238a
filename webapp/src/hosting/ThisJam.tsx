import { useEffect, useState } from "react";
import { useClient } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import { limits } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { endingAt, timeOfDay, whenInWords } from "./endAt";
import { Group, onDone } from "./fields";
import type { Rules } from "./rules";

/** Its name, and when it ends by itself. */
export function ThisJam({ settings, change }: Rules) {
  const { name, expires_at } = settings;
  return (
    <Group title={say.thisJam} now={name ?? ""}>
      <NameField value={name ?? ""} onChange={(next) => change({ name: next === "" ? null : next })} />
      <EndAt value={expires_at} onChange={(at) => change({ expires_at: at })} />
    </Group>
  );
}

function NameField({ value, onChange }: { value: string; onChange(name: string): void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const commit = () => {
    if (typed.trim() !== value) onChange(typed.trim());
  };
  return <TextField label={say.name} value={typed} maxLength={limits.maxJamName} onChange={(event) => setTyped(event.target.value)} {...onDone(commit)} />;
}

/** A time of day: the next one of that name. A jam lasts a day at most. */
function EndAt({ value, onChange }: { value: string | null; onChange(at: string | null): void }) {
  const { clock } = useClient();
  const now = () => new Date(clock.now());
  const held = value === null ? "" : timeOfDay(new Date(value));
  const [typed, setTyped] = useState(held);
  useEffect(() => setTyped(held), [held]);
  const commit = () => {
    if (typed !== held) onChange(endingAt(typed, now())?.toISOString() ?? null);
  };
  return (
    <div className="end-at">
      <TextField className="field-number" type="time" label={say.endAt} value={typed} onChange={(event) => setTyped(event.target.value)} {...onDone(commit)}
        hint={value === null ? say.endNever : whenInWords(new Date(value), now())} />
      {value !== null && <Button onClick={() => onChange(null)}>{say.endClear}</Button>}
    </div>
  );
}
