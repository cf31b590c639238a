import { IconButton } from "./Button";
import { CrossIcon } from "./icons";

export interface Toast {
  id: number;
  level: "info" | "success" | "warning" | "error";
  text: string;
}

interface Props {
  toasts: Toast[];
  label: string;
  dismissLabel: string;
  onDismiss(id: number): void;
}

/** Passing sentences, read out without taking the focus. */
export function Toasts({ toasts, label, dismissLabel, onDismiss }: Props) {
  return (
    <section className="toasts" data-testid="toasts" aria-label={label}>
      <div role="status" aria-live="polite" aria-atomic="false" aria-relevant="additions">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast toast-${toast.level}`} data-testid="toast" data-level={toast.level}>
            <p>{toast.text}</p>
            <IconButton label={dismissLabel} onClick={() => onDismiss(toast.id)}><CrossIcon /></IconButton>
          </div>
        ))}
      </div>
    </section>
  );
}
