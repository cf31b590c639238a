import { useId, type InputHTMLAttributes } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  /** What is wrong with it; announced when it appears. */
  error?: string | null;
}

export function TextField({ label, hint, error = null, className = "", ...rest }: Props) {
  const id = useId();
  const told = error !== null || hint !== undefined;
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={error !== null} aria-describedby={told ? `${id}-told` : undefined} autoComplete="off" {...rest} />
      {told && (
        <p id={`${id}-told`} className={error === null ? "hint" : "hint hint-error"} role={error === null ? undefined : "alert"}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
