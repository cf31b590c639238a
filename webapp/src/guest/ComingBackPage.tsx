import { useView } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { Frame } from "./Frame";

/** A remembered seat is being taken up again; nothing is known of the jam yet. */
export function ComingBackPage() {
  const late = useView((view) => view.link.phase === "waiting");
  const hostAway = useView(({ link }) => (link.phase === "waiting" || link.phase === "connecting") && link.hostAway);
  if (hostAway) return <Frame><h1>{say.hostAwayTitle}</h1><p className="lead" role="status">{say.hostAwayText}</p></Frame>;
  if (late) return <Frame><h1>{say.unreachableTitle}</h1><p className="lead" role="status">{say.unreachableText}</p></Frame>;
  return <Frame><div role="status"><h1>{jam.connecting}</h1></div></Frame>;
}
