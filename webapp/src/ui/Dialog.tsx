import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";

interface Props {
  title: string;
  className?: string;
  children: ReactNode;
  onClose(): void;
}

/**
 * A question that must be answered first. The page behind is inert; Escape closes;
 * the focus goes in and comes back. (Phones of 2021 do not all have <dialog>.)
 */
export function Dialog({ title, className = "", children, onClose }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const app = document.getElementById("app");
    app?.setAttribute("inert", "");
    app?.setAttribute("aria-hidden", "true");
    box.current?.focus();
    return () => {
      app?.removeAttribute("inert");
      app?.removeAttribute("aria-hidden");
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    if (event.key === "Tab" && box.current !== null) keepInside(event, box.current);
  };
  return createPortal(
    <div className="dialog-backdrop" onClick={(event) => event.target === event.currentTarget && onClose()}>
      <div ref={box} className={`dialog ${className}`} role="dialog" aria-modal="true" aria-labelledby={id} tabIndex={-1} onKeyDown={onKeyDown}>
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </div>,
    document.body,
  );
}

/** Tab goes round within the box. */
function keepInside(event: KeyboardEvent, box: HTMLElement) {
  const stops = [...box.querySelectorAll<HTMLElement>("button:not(:disabled), input:not(:disabled), a[href], select, [tabindex='0']")];
  const first = stops[0];
  const last = stops[stops.length - 1];
  const at = document.activeElement;
  if (event.shiftKey ? at === first || at === box : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
