import { useClient, useView } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { Frame } from "./Frame";
import { useLanding } from "./landing";

/** A remembered seat is being taken up again; nothing is known of the jam yet. */
export function ComingBackPage() {
  const { code } = useClient();
  const late = useView((view) => view.link.phase === "waiting");
  const hostAway = useView(({ link }) => (link.phase === "waiting" || link.phase === "connecting") && link.hostAway);
  if (hostAway) return <Frame><h1>{say.hostAwayTitle}</h1><p className="lead" role="status">{say.hostAwayText}</p></Frame>;
  if (late) return <Late code={code} />;
  return <Frame><div role="status"><h1>{jam.connecting}</h1></div></Frame>;
}

/** The WebSocket does not tell why it fails: what the landing page is told may. */
function Late({ code }: { code: string }) {
  const landing = useLanding(code);
  return <Unreachable cause={landing?.ok === false ? landing.code : null} />;
}

/** Nobody answers, and the page keeps trying. */
export function Unreachable({ cause }: { cause: string | null }) {
  return (
    <Frame>
      <h1>{cause === "rate_limited" ? say.tooManyTitle : say.unreachableTitle}</h1>
      <p className="lead" role="status">{cause === "rate_limited" ? say.tooManyText : location.protocol === "https:" ? say.serverText : say.unreachableText}</p>
    </Frame>
  );
}
