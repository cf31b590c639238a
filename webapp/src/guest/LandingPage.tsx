import { useEffect, useState, type FormEvent } from "react";
import { useClient, useView } from "../jam/context";
import { Drawing, hueOf } from "../jam/Drawing";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { refusal } from "../sentences/en/told";
import { sessionPath } from "../session/rest";
import { limits, type ErrorCode, type Landing } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { Unreachable } from "./ComingBackPage";
import { EndedPage } from "./EndedPage";
import { Frame } from "./Frame";
import { useLanding } from "./landing";
import { appLink } from "./links";
import { rememberedName, rememberName } from "./memory";
import { NotFoundPage, ReloadButton } from "./NoticePages";

/** `/jam/{code}`: who hosts, what plays, and the way in. */
export function LandingPage() {
  const { code } = useClient();
  const landing = useLanding(code);
  const title = landing?.ok === true ? (landing.value.name ?? say.jamOf(landing.value.host_name)) : jam.product;
  useEffect(() => {
    document.title = title === jam.product ? title : `${title} · ${jam.product}`;
  }, [title]);
  if (landing === null) return <Frame><div role="status"><h1>{say.lookingTitle}</h1></div></Frame>;
  if (!landing.ok) return <Refusal code={landing.code} endReason={landing.endReason} />;
  if (!landing.value.is_active) return <EndedPage />;
  return (
    <Frame>
      <article className="landing">
        <LandingCover code={code} landing={landing.value} />
        <p className="eyebrow">{say.hosting(landing.value.host_name)}</p>
        <h1 data-testid="jam-name">{title}</h1>
        <Facts landing={landing.value} />
        <p className="lead">{say.playsAt(landing.value.host_name)}</p>
        <JoinForm />
        <p className="hint in-app">{say.hasApp} <a href={appLink(code)}>{say.openInApp}</a></p>
      </article>
    </Frame>
  );
}

function LandingCover({ code, landing }: { code: string; landing: Landing }) {
  const track = landing.current_track;
  const key = track === null ? "" : `${track.title} ${track.artist}`;
  const [missing, setMissing] = useState<string | null>(null);
  return (
    <div className="landing-cover cover cover-large" style={hueOf(key)}>
      {track === null || missing === key ? <Drawing />
        : <img key={key} src={`${sessionPath(code)}/art/current?for=${encodeURIComponent(key).slice(0, 200)}`} alt="" onError={() => setMissing(key)} />}
    </div>
  );
}

function Facts({ landing }: { landing: Landing }) {
  const { current_track, participant_count } = landing;
  return (
    <div className="facts">
      {current_track === null ? <p>{jam.nothingPlays}</p>
        : <p><strong>{current_track.title}</strong> <span>{current_track.artist || jam.unknownArtist}</span></p>}
      <p className="hint" data-testid="participant-count">{say.here(participant_count)}</p>
    </div>
  );
}

/** There Enter joins at once. On a phone the field would bring its keyboard over the button, and one tap is enough. */
const hasKeyboard = () => window.matchMedia?.("(hover: hover) and (pointer: fine)").matches === true;

function JoinForm() {
  const client = useClient();
  const phase = useView((view) => view.link.phase);
  const retryAt = useView(({ link }) => (link.phase === "waiting" && link.tooFast ? link.retryAt : null));
  const hostAway = useView(({ link }) => link.phase === "waiting" && link.hostAway);
  const [name, setName] = useState(rememberedName);
  const busy = phase === "connecting" || phase === "waiting" || phase === "joined";
  const join = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    rememberName(name.trim());
    client.start({ display_name: name.trim() });
  };
  return (
    <form className="stack" onSubmit={join}>
      <TextField label={say.nameLabel} hint={say.nameHint} placeholder={say.namePlaceholder} value={name} maxLength={limits.maxDisplayName}
        autoComplete="nickname" enterKeyHint="go" autoFocus={hasKeyboard()} onChange={(event) => setName(event.target.value)} />
      <Button look="primary" type="submit" className="wide" aria-disabled={busy}>{busy ? say.joining : say.join}</Button>
      <p className="hint" role="status">{phase === "waiting" && (retryAt === null ? (hostAway ? say.hostAwayText : say.joinWaiting) : jam.slowDown(Math.max(1, Math.ceil((retryAt - Date.now()) / 1000))))}</p>
    </form>
  );
}

function Refusal({ code, endReason }: { code: ErrorCode | "unreachable"; endReason: string | null }) {
  switch (code) {
    case "session_not_found": return <NotFoundPage />;
    case "session_ended": return <EndedPage reason={endReason} />;
    case "host_offline": return <Frame><h1>{say.hostAwayTitle}</h1><p className="lead" role="status">{say.hostAwayText}</p></Frame>;
    case "unreachable": case "rate_limited": return <Unreachable cause={code} />;
  }
  return <Frame><h1>{say.refusedTitle}</h1><p className="lead" role="status">{refusal(code)}</p><div className="stack"><ReloadButton label={say.tryAgain} /></div></Frame>;
}
