import { useState, useEffect } from "react";
import { useClient, useJam, useView } from "../jam/context";
import { Banner, NetworkBadge } from "../jam/NetworkBadge";
import { NowPlaying } from "../jam/NowPlaying";
import { Participants } from "../jam/Participants";
import { Queue } from "../jam/Queue";
import { SearchTracks } from "../jam/SearchTracks";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import type { Over } from "../session/closing";
import { errorSentences, type ConsoleStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Mark } from "../ui/icons";
import { EndedSummary } from "./EndedSummary";
import { LibraryLine, Warnings } from "./Machine";
import { Nearby } from "./Nearby";
import { NoticePage } from "./NoticePages";
import { Settings } from "./Settings";
import { Share } from "./Share";

interface Props {
  status: ConsoleStatus;
  token: string;
  url: string;
  /** The jam on screen is over: go on to the next. */
  onNext(): void;
  onHistory(): void;
}

/** The running jam, as its host sees it. */
export function ConsolePage(props: Props) {
  const over = useView((view) => (view.link.phase === "over" ? view.link.over : null));
  const known = useView((view) => view.jam !== null);
  const ended = useView((view) => view.jam?.ended != null) || over === "ended";
  const { onNext } = props;
  // A jam that this page never saw and that is over has nothing to sum up.
  const nothingToShow = (over === "ended" || over === "not_found") && !known;
  useEffect(() => {
    if (nothingToShow) onNext();
  }, [nothingToShow, onNext]);
  if (ended || over === "not_found") return <EndedSummary onNext={onNext} onHistory={props.onHistory} />;
  if (over !== null) return <OverPage over={over} />;
  if (!known) return <NoticePage title={jam.connecting} />;
  return <RunningJam {...props} />;
}

function RunningJam({ status, token, url, onHistory }: Props) {
  const [ending, setEnding] = useState(false);
  const name = useJam((state) => state.settings.name ?? say.noName);
  return (
    <div className="console">
      <header className="session-head">
        <Mark />
        <h1 data-testid="jam-name">{name}</h1>
        <NetworkBadge />
        <Button look="quiet" onClick={onHistory}>{say.history}</Button>
        <Button look="danger" onClick={() => setEnding(true)}>{say.endJam}</Button>
      </header>
      <Banner />
      <main className="console-main">
        <div className="console-play">
          <NowPlaying />
          <Queue />
        </div>
        <div className="console-add"><SearchTracks /></div>
        <div className="console-side">
          <Warnings warnings={status.warnings} />
          <Share url={url} token={token} addresses={status.addresses} />
          <Participants />
          <Settings />
          <Nearby jams={status.nearby} />
          <LibraryLine status={status} token={token} />
        </div>
      </main>
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </div>
  );
}

function EndDialog({ onClose }: { onClose(): void }) {
  const client = useClient();
  const end = () => {
    onClose();
    void client.tell({ type: "end_session" });
  };
  return (
    <Dialog title={say.endTitle} onClose={onClose}>
      <p>{say.endText}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{jam.cancel}</Button>
        <Button look="danger" onClick={end}>{say.endConfirm}</Button>
      </div>
    </Dialog>
  );
}

function OverPage({ over }: { over: Over }) {
  const client = useClient();
  const error = useView((view) => (view.link.phase === "over" ? view.link.error : null));
  if (over === "replaced" || over === "elsewhere") {
    return (
      <NoticePage title={say.elsewhereTitle} text={say.elsewhereText}>
        <Button look="primary" className="wide" onClick={() => client.start()}>{say.useHere}</Button>
      </NoticePage>
    );
  }
  if (over === "reload") {
    return <NoticePage title={say.reloadTitle}><Button look="primary" className="wide" onClick={() => location.reload()}>{say.reload}</Button></NoticePage>;
  }
  return (
    <NoticePage title={say.refusedTitle} text={error?.message || errorSentences[error?.code ?? "internal"]}>
      <Button look="primary" className="wide" onClick={() => client.start()}>{say.tryAgain}</Button>
    </NoticePage>
  );
}
