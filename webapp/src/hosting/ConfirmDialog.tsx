import type { ReactNode } from "react";
import { jam } from "../sentences/en/jam";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

interface Props {
  title: string;
  confirm: string;
  /** What cannot be taken back looks like it. */
  danger?: boolean;
  children: ReactNode;
  onConfirm(): void;
  onClose(): void;
}

/** Are you sure? */
export function ConfirmDialog({ title, confirm, danger = false, children, onConfirm, onClose }: Props) {
  const go = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div className="dialog-actions">
        <Button onClick={onClose}>{jam.cancel}</Button>
        <Button look={danger ? "danger" : "primary"} onClick={go}>{confirm}</Button>
      </div>
    </Dialog>
  );
}
