import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { RequestBell } from "../hosting/RequestBell";
import { JamContext } from "../jam/context";
import { JamToasts } from "../jam/JamToasts";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { Bell } from "./bell";
import { ConsolePage, type Asked } from "./ConsolePage";
import { HistoryPage } from "./History";
import { goTo, useKeysOn } from "./keys";
import { KeysDialog } from "./KeysDialog";
import { KeyPage, NoticePage } from "./NoticePages";
import { PlayerPage } from "./PlayerPage";
import { Sharing } from "./sharing";
import { SharingContext } from "./sharingContext";
import { useSolo } from "./solo";
import { useStatus } from "./status";
import { forgetToken, hostSeats } from "./token";
import { useConsoleKeys } from "./useConsoleKeys";
import { useHostClient } from "./useHostClient";

/** The console: without its key a page that says where to get it, else the player, the jam or the history. */
export function HostApp({ token }: { token: string | null }) {
  const { status, trouble, refresh } = useStatus(token);
  const [history, setHistory] = useState(false);
  /** The jam on screen; it stays when it ends, until the host goes on. And the last one that was gone on from. */
  const [shown, setShown] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const told = status?.jam?.share_code ?? null;
  const running = told === done ? null : told;
  const jamCode = shown ?? running;
  const solo = useSolo(status, token, jamCode === null);
  const code = jamCode ?? solo.code;
  const client = useHostClient(code, token, status?.host_name ?? "", jamCode === null);
  const sharing = useMemo(() => new Sharing(token), [token]);
  const bell = useMemo(() => new Bell(), []);
  useEffect(() => bell.begin(), [bell]);
  const [asked, ask] = useState<Asked>(null);
  const [help, setHelp] = useState(false);
  const [keysOn, turnKeys] = useKeysOn();
  /** The jam is on screen, and not only on its way. */
  const inJam = jamCode !== null && client?.code === jamCode && !history;
  useConsoleKeys({
    client, on: keysOn && token !== null && status !== null, help: () => setHelp(true), history: () => setHistory((open) => !open),
    share: () => (inJam ? ask("large") : void goTo(".start-card", "button[type=submit]")), ...(inJam ? { end: () => ask("end") } : {}),
  });
  useEffect(() => {
    if (shown === null && running !== null) setShown(running);
  }, [shown, running]);
  const started = useCallback((code: string | null) => {
    if (code !== null) setShown(code);
    refresh();
  }, [refresh]);
  const { over } = solo;
  const soloOver = useCallback((code: string, followedBy: string | undefined) => {
    hostSeats(code).forget();
    over(code);
    if (followedBy !== undefined) setShown(followedBy);
    refresh();
  }, [over, refresh]);
  const refused = trouble?.code === "not_authorized";
  useEffect(() => {
    if (refused) forgetToken();
  }, [refused]);
  useEffect(() => {
    document.title = `${status?.jam?.name ?? say.title} · ${jam.product}`;
  }, [status?.jam?.name]);

  if (token === null) return <KeyPage title={say.noTokenTitle} text={say.noTokenText} />;
  if (refused) return <KeyPage title={say.badTokenTitle} text={say.badTokenText} />;
  if (status === null) {
    return trouble === null ? <NoticePage title={say.lookingTitle} /> : <NoticePage title={say.unreachableTitle} text={say.unreachableText} />;
  }
  const past = history ? <HistoryPage token={token} onBack={() => setHistory(false)} /> : null;
  const openHistory = () => setHistory(true);
  const openKeys = () => setHelp(true);
  const page = (content: ReactNode) => (
    <SharingContext value={sharing}>
      {content}
      {help && <KeysDialog on={keysOn} onTurn={turnKeys} onClose={() => setHelp(false)} />}
    </SharingContext>
  );
  // The player stays until the jam that follows it is there.
  if (jamCode === null || client?.solo === true) {
    const alone = client?.solo === true ? client : null;
    return page(
      <>
        {past ?? <PlayerPage status={status} token={token} client={alone} unreachable={trouble !== null} onOver={soloOver} onStarted={started} onQueued={refresh} onHistory={openHistory} onKeys={openKeys} />}
        {alone !== null && <JamContext value={alone}><JamToasts /></JamContext>}
      </>,
    );
  }
  if (client === null) return <NoticePage title={jam.connecting} />;
  const next = () => {
    ask(null);
    setDone(code);
    setShown(null);
    refresh();
  };
  const links = status.jam?.share_code === code ? status.jam : null;
  const url = links?.url ?? `${location.origin}/jam/${code}`;
  return page(
    <JamContext value={client}>
      {past ?? (
        <ConsolePage status={status} token={token} url={url} tvUrl={links?.tv_url ?? null} words={links?.words ?? []} onNext={next} onHistory={openHistory} onKeys={openKeys}
          asked={asked} ask={ask} />
      )}
      <RequestBell onAsked={bell.ring} />
      <JamToasts />
    </JamContext>,
  );
}
