import { useEffect, useState } from "react";
import { useClient, useView } from "../jam/context";
import { RecapFacts } from "../jam/RecapFacts";
import { display as say } from "../sentences/en/display";
import { guest } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import type { Over } from "../session/closing";
import type { Recap } from "../session/wire.gen";
import { Mark } from "../ui/icons";
import { Clock, DisplayFrame } from "./DisplayFrame";
import { DisplayScreen } from "./DisplayScreen";

/** The jam on a screen in the corner: what plays, what comes, and how to join. It takes no seat, asks nothing, and goes on by itself for days. */
export function DisplayPage() {
  const known = useView((view) => view.jam !== null);
  const end = useView((view) => view.end);
  const hostAway = useView(({ link }) => (link.phase === "waiting" || link.phase === "connecting") && link.hostAway);
  const late = useView(({ link }) => link.phase === "waiting");
  const over = useOver();
  if (end !== null || over === "ended") return <Ended reason={end?.reason ?? null} recap={end?.recap ?? null} />;
  if (over !== null) return <Notice {...refusals(over)} />;
  if (known) return <DisplayScreen />;
  if (hostAway) return <Notice title={guest.hostAwayTitle} text={say.goesOn} />;
  return late ? <Notice title={guest.unreachableTitle} text={say.goesOn} /> : <Notice title={jam.connecting} />;
}

/** Asked again after this, ms, and each time twice as long up to the longest: nobody is here to press a button, and what refused may change its mind. */
const againMs = 60_000;
const longestMs = 15 * 60_000;

/** How the connection is over; it stays while it is tried again. */
function useOver(): Over | null {
  const client = useClient();
  const link = useView((view) => view.link);
  const [over, setOver] = useState<Over | null>(null);
  const [tries, setTries] = useState(0);
  const now = link.phase === "over" ? link.over : link.phase === "connecting" ? over : null;
  if (now !== over) setOver(now);
  if (link.phase === "joined" && tries > 0) setTries(0);
  useEffect(() => {
    if (link.phase !== "over" || link.over === "ended") return undefined;
    const timer = setTimeout(() => {
      // What is spoken now comes with the page.
      if (link.over === "reload") return location.reload();
      setTries((n) => n + 1);
      client.start();
    }, Math.min(againMs * 2 ** tries, longestMs));
    return () => clearTimeout(timer);
    // Each time that it is over is one of its own, however often it was tried.
  }, [client, link]);
  return now;
}

function refusals(over: Over): { title: string; text: string } {
  switch (over) {
    case "denied": return { title: say.denied, text: say.deniedText };
    case "full": return { title: say.full, text: say.goesOn };
    case "not_found": return { title: guest.notFoundTitle, text: guest.notFoundText };
    case "reload": return { title: say.newVersion, text: say.goesOn };
    case "impostor": return { title: guest.impostorTitle, text: say.goesOn };
  }
  return { title: guest.refusedTitle, text: say.goesOn };
}

function Notice({ title, text }: { title: string; text?: string }) {
  return (
    <DisplayFrame title={`${title} · ${jam.product}`} quiet>
      <header className="display-head"><Mark /><span>{jam.product}</span><Clock /></header>
      <div className="display-notice" role="status">
        <h1>{title}</h1>
        {text !== undefined && <p>{text}</p>}
      </div>
    </DisplayFrame>
  );
}

/** What it was, in the largest figures; and that this code leads to no other jam. */
function Ended({ reason, recap }: { reason: string | null; recap: Recap | null }) {
  return (
    <DisplayFrame title={`${guest.endedTitle} · ${jam.product}`} quiet>
      <header className="display-head"><Mark /><span>{jam.product}</span><Clock /></header>
      <div className="display-notice" role="status">
        <h1>{guest.endedTitle}</h1>
        <p>{(reason !== null && guest.endedBy[reason]) || guest.endedText}</p>
        {recap !== null && recap.track_count > 0 && (
          <div className="display-facts">
            <RecapFacts recap={recap} />
          </div>
        )}
        <p>{say.ended}</p>
      </div>
    </DisplayFrame>
  );
}
