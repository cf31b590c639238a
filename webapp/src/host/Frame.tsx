import type { ReactNode } from "react";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { Mark } from "../ui/icons";

/** The console's pages that have little on them. */
export function Frame({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="frame">
      <header className="frame-head"><Mark /><span>{jam.product} <span className="hint">{say.title}</span></span>{actions}</header>
      <main className="frame-main">{children}</main>
    </div>
  );
}
