import { useId } from "react";

interface Props {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange(checked: boolean): void;
}

/** On or off, at once. */
export function Switch({ label, hint, checked, disabled = false, onChange }: Props) {
  const id = useId();
  return (
    <div className="switch">
      <input type="checkbox" role="switch" id={id} checked={checked} disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id}>{label}{hint !== undefined && <span id={`${id}-hint`} className="hint">{hint}</span>}</label>
    </div>
  );
}
