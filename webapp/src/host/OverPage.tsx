import { host as say } from "../sentences/en/host";
import { refusal } from "../sentences/en/told";
import type { JamClient } from "../session/client";
import type { LinkStatus } from "../session/status";
import { Button } from "../ui/Button";
import { NoticePage } from "./NoticePages";

/** The connection is over and the jam is not: why, and how to go on. */
export function OverPage({ client, link: { over, error } }: { client: JamClient; link: Extract<LinkStatus, { phase: "over" }> }) {
  if (over === "replaced" || over === "elsewhere") {
    return (
      <NoticePage title={say.elsewhereTitle} text={over === "replaced" ? say.elsewhereText : say.elsewhereClose}>
        <Button look="primary" className="wide" onClick={() => client.start()}>{over === "replaced" ? say.useHere : say.tryAgain}</Button>
      </NoticePage>
    );
  }
  if (over === "reload") {
    return <NoticePage title={say.reloadTitle}><Button look="primary" className="wide" onClick={() => location.reload()}>{say.reload}</Button></NoticePage>;
  }
  return (
    <NoticePage title={say.refusedTitle} text={refusal(error?.code ?? "internal", error?.message)}>
      <Button look="primary" className="wide" onClick={() => client.start()}>{say.tryAgain}</Button>
    </NoticePage>
  );
}
