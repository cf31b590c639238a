import type { ReactNode } from "react";
import { jam as say } from "../sentences/en/jam";
import { Mark } from "../ui/icons";

/** A page with little on it: the mark above, one card in the middle. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="frame">
      <header className="frame-head"><Mark /><span>{say.product}</span></header>
      <main className="frame-main">{children}</main>
    </div>
  );
}
