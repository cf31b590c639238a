import { useEffect, useRef, useState } from "react";
import { EndDialog } from "../hosting/EndDialog";
import { EndingBanner } from "../hosting/EndingBanner";
import { PeopleControls } from "../hosting/PeopleControls";
import { Requests } from "../hosting/Requests";
import { SettingsPanel } from "../hosting/SettingsPanel";
import { useClient, useJam, useView } from "../jam/context";
import { Banner, NetworkBadge } from "../jam/NetworkBadge";
import { NowPlaying } from "../jam/NowPlaying";
import { Queue } from "../jam/Queue";
import { SearchTracks } from "../jam/SearchTracks";
import { host as say } from "../sentences/en/host";
import { hosting } from "../sentences/en/hosting";
import { jam } from "../sentences/en/jam";
import type { Over } from "../session/closing";
import { errorSentences, type ConsoleStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { keepFocus } from "../ui/focus";
import { Mark } from "../ui/icons";
import { Chat } from "./Chat";
import { EndedSummary } from "./EndedSummary";
import { LibraryLine, Warnings } from "./Machine";
import { Members, membersIn } from "./Members";
import { Nearby } from "./Nearby";
import { NoticePage } from "./NoticePages";
import { Share } from "./Share";

interface Props {
  status: ConsoleStatus;
  token: string;
  url: string;
  tvUrl: string | null;
  /** What friends at a terminal compare; none until the daemon has told them. */
  words: string[];
  /** The jam on screen is over: go on to the next. */
  onNext(): void;
  onHistory(): void;
}

/** The running jam, as its host sees it. */
export function ConsolePage(props: Props) {
  const over = useView((view) => (view.link.phase === "over" ? view.link.over : null));
  const known = useView((view) => view.jam !== null || view.end?.recap != null);
  const ended = useView((view) => view.end !== null || view.jam?.ended != null) || over === "ended";
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

function RunningJam({ status, token, url, tvUrl, words, onHistory }: Props) {
  const [ending, setEnding] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => (page.current === null ? undefined : keepFocus(page.current)), []);
  const name = useJam((state) => state.settings.name ?? say.noName);
  const members = useJam(membersIn);
  return (
    <div className="console" ref={page}>
      <header className="session-head">
        <Mark />
        <h1 data-testid="jam-name">{name}</h1>
        <NetworkBadge />
        <Button look="quiet" onClick={onHistory}>{say.history}</Button>
        <Button look="danger" onClick={() => setEnding(true)}>{hosting.end}</Button>
      </header>
      <Banner />
      <EndingBanner />
      <main className="console-main">
        <div className="console-door"><Requests /></div>
        <div className="console-play">
          <NowPlaying />
          <Queue />
        </div>
        <div className="console-add"><Chat /><SearchTracks /></div>
        <div className="console-side">
          <Warnings warnings={status.warnings} />
          <Share url={url} tvUrl={tvUrl} words={words} token={token} addresses={status.addresses} />
          <PeopleControls />
          <Members token={token} fresh={status} people={members} />
          <SettingsPanel />
          <Nearby jams={status.nearby} />
          <LibraryLine status={status} token={token} />
        </div>
      </main>
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </div>
  );
}

function OverPage({ over }: { over: Over }) {
  const client = useClient();
  const error = useView((view) => (view.link.phase === "over" ? view.link.error : null));
  if (over === "replaced" || over === "elsewhere") {
    return (
      <NoticePage title={say.elsewhereTitle} text={say.elsewhereText}>
        <Button look="primary" className="wide" onClick={() => client.start()}>{over === "replaced" ? say.useHere : say.tryAgain}</Button>
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
