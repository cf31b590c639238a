import { jam as say } from "../sentences/en/jam";
import type { JamView } from "../session/client";
import { self } from "../session/selectors";
import { useView } from "./context";
import { useHostNow } from "./now";

type Badge = "lan" | "direct" | "relayed" | "connecting" | "reconnecting" | "host-away";

const words: Record<Badge, string> = {
  lan: say.pathLan, direct: say.pathDirect, relayed: say.pathRelayed,
  connecting: say.connecting, reconnecting: say.reconnecting, "host-away": say.hostAway,
};

function badgeOf({ link, jam }: JamView): Badge {
  if (link.phase === "joined") return (jam === null ? undefined : self(jam)?.path) ?? "lan";
  if ((link.phase === "waiting" || link.phase === "connecting") && link.hostAway) return "host-away";
  return link.phase === "idle" || (link.phase === "connecting" && !link.back) ? "connecting" : "reconnecting";
}

/** Until the next try. Only seen: read out every second it would be a torment. */
function Countdown() {
  const retryAt = useView(({ link }) => (link.phase === "waiting" ? link.retryAt : 0));
  useHostNow(1000);
  const seconds = Math.ceil((retryAt - Date.now()) / 1000);
  return seconds > 0 ? <span aria-hidden="true">{say.seconds(seconds)}</span> : null;
}

/** How this page reaches the host, honestly. */
export function NetworkBadge() {
  const badge = useView(badgeOf);
  const rtt = useView((view) => (view.rttMs === null ? null : Math.max(1, Math.round(view.rttMs))));
  return (
    <p className={`badge badge-${badge}`} data-testid="network-badge" data-state={badge} role="status">
      <span className="badge-dot" aria-hidden="true" />
      <span className="badge-words">{words[badge]}</span>
      {badge === "reconnecting" && <Countdown />}
      {rtt !== null && <span className="badge-rtt" aria-hidden="true">{say.rtt(rtt)}</span>}
    </p>
  );
}

/** What is less than it could be about the way to the host; null where there is nothing to say. */
function doubtOf({ link, jam }: JamView): "unverified" | "plain" | null {
  const me = jam === null ? undefined : self(jam);
  if (link.phase !== "joined" || me === undefined || me.path === "lan") return null;
  return link.sealed !== true ? "plain" : me.verified ? null : "unverified";
}

/** A mark beside the badge that explains itself when it is asked. */
export function NetworkMark() {
  const doubt = useView(doubtOf);
  if (doubt === null) return null;
  const [name, why] = doubt === "plain" ? [say.notEncrypted, say.notEncryptedWhy] : [say.notVerified, say.notVerifiedWhy];
  return (
    <details className="badge-mark" data-testid="network-mark" data-state={doubt}>
      <summary className="badge">{name}</summary>
      <p className="banner">{why}</p>
    </details>
  );
}

/** A sentence across the page while something keeps it from working. */
export function Banner() {
  const badge = useView(badgeOf);
  const paused = useView(({ jam }) => jam?.state === "paused");
  const text = badge === "host-away" ? say.hostAwayBanner : badge === "reconnecting" ? say.reconnectingBanner : paused ? say.hostPausedBanner : null;
  return <div className="banner-place" role="status">{text !== null && <p className="banner">{text}</p>}</div>;
}
