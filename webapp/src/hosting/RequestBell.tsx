import { useEffect, useRef } from "react";
import { useClient, useView } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import type { JamView } from "../session/client";
import { noDoor } from "../session/door";
import type { JamParticipant } from "../session/wire.gen";
import { useCountInTitle } from "./title";

const waiting = ({ jam }: JamView): JamParticipant[] => (jam === null || jam.ended !== null ? noDoor.pending : jam.pending);

/**
 * Tells that somebody asks to come in, whatever part of the page is looked at: in the
 * page's live region, and as a count in its title for those who look at another one. `onAsked` is called once for all who came together.
 */
export function RequestBell({ onAsked }: { onAsked?: (() => void) | undefined }) {
  const { notices } = useClient();
  const pending = useView(waiting);
  const known = useRef<ReadonlySet<string>>(new Set());
  useCountInTitle(pending.length);
  useEffect(() => {
    const fresh = pending.filter(({ id }) => !known.current.has(id));
    known.current = new Set(pending.map(({ id }) => id));
    const [first] = fresh;
    if (first === undefined) return;
    notices.show("info", fresh.length === 1 ? say.asks(first.display_name) : say.askMany(fresh.length));
    onAsked?.();
  }, [pending, notices, onAsked]);
  return null;
}
