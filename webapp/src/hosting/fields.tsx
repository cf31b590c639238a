import { useEffect, useState, type FocusEvent, type KeyboardEvent, type ReactNode } from "react";
import { isComposing } from "../ui/composing";
import { TextField } from "../ui/TextField";

/** For a field that is sent when it is left or Enter is pressed, not on each key. */
export function onDone(commit: () => void): { onBlur(event: FocusEvent): void; onKeyDown(event: KeyboardEvent): void } {
  return { onBlur: commit, onKeyDown: (event) => event.key === "Enter" && !isComposing(event.nativeEvent) && commit() };
}

interface NumberProps {
  label: string;
  hint: string;
  min: number;
  max: number;
  value: number;
  onChange(value: number): void;
}

/** A whole number, held to what the host takes. */
export function NumberField({ label, hint, min, max, value, onChange }: NumberProps) {
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const commit = () => {
    const number = Math.round(Number(typed));
    if (typed.trim() === "" || typed === String(value) || !Number.isFinite(number)) return setTyped(String(value));
    const allowed = Math.min(Math.max(min, number), max);
    setTyped(String(allowed));
    if (allowed !== value) onChange(allowed);
  };
  return (
    <TextField className="field-number" label={label} hint={hint} type="number" inputMode="numeric" min={min} max={max}
      value={typed} onChange={(event) => setTyped(event.target.value)} {...onDone(commit)} />
  );
}

interface GroupProps {
  title: string;
  /** What holds now, in words, so that a closed group tells it too. */
  now: string;
  open?: boolean;
  children: ReactNode;
}

/** Settings that belong together, folded up. */
export function Group({ title, now, open = false, children }: GroupProps) {
  return (
    <details className="group" open={open}>
      <summary><span className="group-words"><span className="group-title">{title}</span><span className="hint">{now}</span></span></summary>
      <div className="group-body">{children}</div>
    </details>
  );
}
