import { useEffect, useRef } from "react";
import { EndDialog } from "../hosting/EndDialog";
import { EndingBanner } from "../hosting/EndingBanner";
import { Handle } from "../hosting/Handle";
import { PeopleControls } from "../hosting/PeopleControls";
import { Requests } from "../hosting/Requests";
import { SettingsPanel } from "../hosting/SettingsPanel";
import { useClient, useJam, useView } from "../jam/context";
import { Banner, NetworkBadge } from "../jam/NetworkBadge";
import { NowPlaying } from "../jam/NowPlaying";
import { Queue } from "../jam/Queue";
import { SearchTracks } from "../jam/SearchTracks";
import { desk } from "../sentences/en/desk";
import { host as say } from "../sentences/en/host";
import { hosting } from "../sentences/en/hosting";
import { jam } from "../sentences/en/jam";
import type { ConsoleStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { keepFocus } from "../ui/focus";
import { Mark } from "../ui/icons";
import { BellSwitch } from "./BellSwitch";
import { BlockMenu } from "./BlockMenu";
import { Chat } from "./Chat";
import { EndedSummary } from "./EndedSummary";
import { FoundExtras } from "./FoundExtras";
import { KeysButton } from "./KeysDialog";
import { LibraryLine } from "./Machine";
import { Members, membersIn } from "./Members";
import { Nearby } from "./Nearby";
import { NoticePage } from "./NoticePages";
import { NowExtras } from "./NowExtras";
import { OverPage } from "./OverPage";
import { Playlists } from "./Playlists";
import { Share } from "./Share";
import { SharingPanel } from "./SharingPanel";
import { Troubles } from "./Troubles";

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
  onKeys(): void;
  /** What a key has opened, and the button beside it. */
  asked: Asked;
  ask(what: Asked): void;
}

/** What stands over the page: the question whether to end, or the invitation to be held up. */
export type Asked = "end" | "large" | null;

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

function RunningJam({ status, token, url, tvUrl, words, onHistory, onKeys, asked, ask }: Props) {
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
        <KeysButton onClick={onKeys} />
        <Button look="quiet" onClick={onHistory}>{say.history}</Button>
        <Button onClick={() => ask("large")}>{desk.invite}</Button>
        <Button look="danger" onClick={() => ask("end")}>{hosting.end}</Button>
      </header>
      <Banner />
      <EndingBanner />
      <main className="console-main">
        <div className="console-door"><Troubles troubles={status.troubles} /><Requests /></div>
        <div className="console-play">
          <NowPlaying><NowExtras status={status} token={token} /></NowPlaying>
          <Queue Menu={BlockMenu} Handle={Handle} />
        </div>
        <div className="console-add"><Chat /><SearchTracks extra={FoundExtras} /><Playlists token={token} fresh={status} /></div>
        <div className="console-side">
          <Share url={url} tvUrl={tvUrl} words={words} token={token} addresses={status.addresses} large={asked === "large"} onLarge={(large) => ask(large ? "large" : null)} />
          <PeopleControls />
          <Members token={token} fresh={status} people={members} />
          <SettingsPanel door={<BellSwitch />} />
          <Nearby jams={status.nearby} />
          <LibraryLine status={status} token={token} />
          <SharingPanel fresh={fresh} roots={status.library.folders} />
        </div>
      </main>
      {asked === "end" && <EndDialog onClose={() => ask(null)} />}
    </div>
  );
}
