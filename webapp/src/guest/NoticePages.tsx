import { useEffect, type ReactNode } from "react";
import { useClient, useView } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { ownWords, refusal } from "../sentences/en/told";
import type { Over } from "../session/closing";
import { Button } from "../ui/Button";
import { Frame } from "./Frame";
import { linkKey } from "./memory";
import { navigate } from "./router";

/** A page that says one thing and offers one way on. */
export function NoticePage({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${jam.product}`;
  }, [title]);
  return (
    <Frame>
      <h1>{title}</h1>
      {text !== undefined && <p className="lead">{text}</p>}
      <div className="stack">{children}</div>
    </Frame>
  );
}

export function StartButton({ label }: { label: string }) {
  return <Button look="primary" className="wide" onClick={() => navigate({ page: "code" })}>{label}</Button>;
}

export function NotFoundPage() {
  return <NoticePage title={say.notFoundTitle} text={say.notFoundText}><StartButton label={say.otherCode} /></NoticePage>;
}

/** Without its key the host could not be told from somebody else, so nobody joins with half a link unawares. */
export function CutLinkPage() {
  return <NoticePage title={say.cutTitle} text={say.cutText}><StartButton label={say.otherCode} /></NoticePage>;
}

export function ReloadPage() {
  return (
    <NoticePage title={say.reloadTitle} text={say.reloadText}>
      <ReloadButton label={say.reload} />
    </NoticePage>
  );
}

export function ReloadButton({ label }: { label: string }) {
  return <Button look="primary" className="wide" onClick={() => location.reload()}>{label}</Button>;
}

/** Some jams want the whole link of who comes by a soul-server; in the host's own network there is none. */
const codeAlone = (code: string) => location.protocol === "https:" && linkKey(code) === null;

/** What the host said besides the title. */
function unlike(title: string, reason: string | null): string | null {
  return reason === title ? null : reason;
}

/** The connection is over; the reason decides what can be done. */
export function OverPage({ over }: { over: Over }) {
  const client = useClient();
  const error = useView((view) => (view.link.phase === "over" ? view.link.error : null));
  const reason = useView((view) => (view.link.phase === "over" ? ownWords(view.link.reason) : null));
  const start = <StartButton label={say.startPage} />;
  const again = (label: string) => <Button look="primary" className="wide" onClick={() => client.start()}>{label}</Button>;
  switch (over) {
    case "replaced":
      return <NoticePage title={say.replacedTitle} text={say.replacedText}>{again(say.useHere)}</NoticePage>;
    case "elsewhere":
      return <NoticePage title={say.elsewhereTitle} text={say.elsewhereText}>{again(say.tryAgain)}</NoticePage>;
    case "kicked":
      return <NoticePage title={say.kickedTitle} text={unlike(say.kickedTitle, reason) ?? say.kickedText}>{start}</NoticePage>;
    case "banned":
      return <NoticePage title={say.kickedTitle} text={say.bannedText}>{start}</NoticePage>;
    case "turned_away":
      return <NoticePage title={say.turnedAwayTitle} text={unlike(say.turnedAwayTitle, reason) ?? say.turnedAwayText}>{start}</NoticePage>;
    case "full":
      return <NoticePage title={say.fullTitle} text={say.fullText}>{again(say.tryAgain)}</NoticePage>;
    case "denied":
      return <NoticePage title={say.deniedTitle} text={codeAlone(client.code) ? say.deniedCodeText : say.deniedText}>{again(say.tryAgain)}</NoticePage>;
    case "reload":
      return <ReloadPage />;
    case "not_found":
      return <NotFoundPage />;
    case "impostor":
      return <NoticePage title={say.impostorTitle}><ReloadButton label={say.tryAgain} /></NoticePage>;
  }
  return <NoticePage title={say.refusedTitle} text={refusal(error?.code ?? "internal", error?.message)}>{again(say.tryAgain)}</NoticePage>;
}
