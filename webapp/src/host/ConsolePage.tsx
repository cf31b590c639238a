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
import type { ConsoleStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { keepFocus } from "../ui/focus";
import { Mark } from "../ui/icons";
import { BlockMenu } from "./BlockMenu";
import { Chat } from "./Chat";
import { EndedSummary } from "./EndedSummary";
import { LibraryLine, Warnings } from "./Machine";
import { Members, membersIn } from "./Members";
import { Nearby } from "./Nearby";
import { NoticePage } from "./NoticePages";
import { NowExtras } from "./NowExtras";
import { OverPage } from "./OverPage";
import { Playlists } from "./Playlists";
import { Share } from "./Share";
import { SharingPanel } from "./SharingPanel";

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
  const client = useClient();
  const link = useView((view) => view.link);
  const over = link.phase === "over" ? link.over : null;
  const known = useView((view) => view.jam !== null || view.end?.recap != null);
  const ended = useView((view) => view.end !== null || view.jam?.ended != null) || over === "ended";
  const { onNext } = props;
  // A jam that this page never saw and that is over has nothing to sum up.
  const nothingToShow = (over === "ended" || over === "not_found") && !known;
  useEffect(() => {
    if (nothingToShow) onNext();
  }, [nothingToShow, onNext]);
  if (ended || over === "not_found") return <EndedSummary onNext={onNext} onHistory={props.onHistory} />;
  if (link.phase === "over") return <OverPage client={client} link={link} />;
  if (!known) return <NoticePage title={jam.connecting} />;
  return <RunningJam {...props} />;
}

function RunningJam({ status, token, url, tvUrl, words, onHistory }: Props) {
  const [ending, setEnding] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => (page.current === null ? undefined : keepFocus(page.current)), []);
  const name = useJam((state) => state.settings.name ?? say.noName);
  const members = useJam(membersIn);
  const fresh = `${status.library.tracks} ${status.library.scanning}`;
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
        <div className="console-door"><Warnings warnings={status.warnings} /><Requests /></div>
        <div className="console-play">
          <NowPlaying><NowExtras status={status} token={token} /></NowPlaying>
          <Queue Menu={BlockMenu} />
        </div>
        <div className="console-add"><Chat /><SearchTracks /><Playlists token={token} fresh={status} /></div>
        <div className="console-side">
          <Share url={url} tvUrl={tvUrl} words={words} token={token} addresses={status.addresses} />
          <PeopleControls />
          <Members token={token} fresh={status} people={members} />
          <SettingsPanel />
          <Nearby jams={status.nearby} />
          <LibraryLine status={status} token={token} />
          <SharingPanel fresh={fresh} />
        </div>
      </main>
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </div>
  );
}
