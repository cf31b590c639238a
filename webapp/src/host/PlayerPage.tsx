import { useEffect, useRef, useSyncExternalStore, type ReactNode } from "react";
import { Handle } from "../hosting/Handle";
import { useSettings } from "../hosting/rules";
import { JamContext, useView } from "../jam/context";
import { Banner } from "../jam/NetworkBadge";
import { NowPlaying } from "../jam/NowPlaying";
import { Queue } from "../jam/Queue";
import { SearchTracks } from "../jam/SearchTracks";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { music } from "../sentences/en/music";
import type { JamClient } from "../session/client";
import type { LinkStatus } from "../session/status";
import type { ConsoleStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { keepFocus } from "../ui/focus";
import { Mark } from "../ui/icons";
import { Switch } from "../ui/Switch";
import { BlockMenu } from "./BlockMenu";
import { FoundExtras } from "./FoundExtras";
import { KeysButton } from "./KeysDialog";
import { LibraryLine } from "./Machine";
import { Members } from "./Members";
import { Nearby } from "./Nearby";
import { NowExtras } from "./NowExtras";
import { OverPage } from "./OverPage";
import { Playlists } from "./Playlists";
import { SharingPanel } from "./SharingPanel";
import { StartCard } from "./StartCard";
import { Troubles } from "./Troubles";

interface Props {
  status: ConsoleStatus;
  token: string;
  /** The session that plays; null until there is one. */
  client: JamClient | null;
  unreachable: boolean;
  /** It is over; the jam of that code goes on with its music, if there is one. */
  onOver(code: string, followedBy: string | undefined): void;
  /** The code of the jam, or null where one ran already. */
  onStarted(code: string | null): void;
  onQueued(): void;
  onHistory(): void;
  onKeys(): void;
}

/** No jam runs: the console is a player, with the way to start one. */
export function PlayerPage(props: Props) {
  const { client, onOver } = props;
  const link = useLink(client);
  const ended = useEnded(client);
  const over = link?.phase === "over" ? link.over : null;
  // Its end is no news: what plays goes on in a jam, or in the next session.
  const gone = ended || over === "ended" || over === "not_found" || over === "seat_lost" || over === "left";
  useEffect(() => {
    if (gone && client !== null) onOver(client.code, client.view.get().end?.followedBy);
  }, [gone, client, onOver]);
  if (client !== null && link?.phase === "over" && !gone) return <OverPage client={client} link={link} />;
  return <JamContext value={client}><Player {...props} /></JamContext>;
}

const none = () => () => undefined;

function useLink(client: JamClient | null): LinkStatus | null {
  return useSyncExternalStore(client?.view.subscribe ?? none, () => client?.view.get().link ?? null);
}

function useEnded(client: JamClient | null): boolean {
  return useSyncExternalStore(client?.view.subscribe ?? none, () => client !== null && (client.view.get().end !== null || client.view.get().jam?.ended != null));
}

function Player({ status, token, client, unreachable, onStarted, onQueued, onHistory, onKeys }: Props) {
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => (page.current === null ? undefined : keepFocus(page.current)), []);
  const { library } = status;
  const fresh = `${library.tracks} ${library.scanning}`;
  const empty = library.tracks === 0 && !library.scanning;
  return (
    <div className="console player" ref={page}>
      <header className="session-head">
        <Mark />
        <h1>{jam.product} <span className="hint">{music.player}</span></h1>
        <KeysButton onClick={onKeys} />
        <Button look="quiet" onClick={onHistory}>{say.history}</Button>
      </header>
      {client !== null && <Banner />}
      <main className="console-main">
        <div className="console-door"><Troubles troubles={status.troubles} /></div>
        <div className="console-play">
          {client !== null && <Ready><NowPlaying><NowExtras status={status} token={token} /></NowPlaying></Ready>}
          {empty && client === null && <NoMusic />}
          <StartCard hostName={status.host_name} token={token} onStarted={onStarted}>
            {unreachable && <p className="hint" role="status">{say.comesBack}</p>}
          </StartCard>
          {client !== null && <Ready><Queue Menu={BlockMenu} Handle={Handle} /><GoesOn /></Ready>}
        </div>
        <div className="console-add">
          {client !== null && <Ready><SearchTracks extra={FoundExtras} /></Ready>}
          <Playlists token={token} fresh={status} onQueued={onQueued} />
        </div>
        <div className="console-side">
          <LibraryLine status={status} token={token} />
          <SharingPanel fresh={fresh} roots={library.folders} />
          <Members token={token} fresh={status} quiet />
          <Nearby jams={status.nearby} />
        </div>
      </main>
    </div>
  );
}

/** What needs the session to be known. */
function Ready({ children }: { children: ReactNode }) {
  return useView((view) => view.jam !== null) ? children : null;
}

function NoMusic() {
  return (
    <section className="empty" aria-labelledby="no-music">
      <h2 id="no-music">{music.noMusic}</h2>
      <p className="hint">{music.noMusicText}</p>
    </section>
  );
}

/** Autoplay, which alone is the only rule that matters. */
function GoesOn() {
  const { settings, change } = useSettings();
  return <Switch label={music.goesOn} hint={music.goesOnHint} checked={settings.autoplay} onChange={(on) => change({ autoplay: on })} />;
}
