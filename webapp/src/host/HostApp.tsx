import { useCallback, useEffect, useMemo, useState } from "react";
import { RequestBell } from "../hosting/RequestBell";
import { JamContext } from "../jam/context";
import { JamToasts } from "../jam/JamToasts";
import { followPage } from "../jam/lifecycle";
import { jamSocketURL, openWebSocket, plainProtocol } from "../link/ws";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { JamClient } from "../session/client";
import { ConsolePage } from "./ConsolePage";
import { HistoryPage } from "./History";
import { KeyPage, NoticePage } from "./NoticePages";
import { PlayerPage } from "./PlayerPage";
import { Sharing } from "./sharing";
import { SharingContext } from "./sharingContext";
import { useSolo } from "./solo";
import { useStatus } from "./status";
import { forgetToken, hostSeats } from "./token";

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
  if (jamCode === null) {
    const player = <PlayerPage status={status} token={token} client={client} unreachable={trouble !== null} onOver={soloOver} onStarted={started} onQueued={refresh} onHistory={openHistory} />;
    return (
      <SharingContext value={sharing}>
        {past ?? player}
        {client !== null && <JamContext value={client}><JamToasts /></JamContext>}
      </SharingContext>
    );
  }
  if (client === null) return <NoticePage title={jam.connecting} />;
  const next = () => {
    setDone(code);
    setShown(null);
    refresh();
  };
  const links = status.jam?.share_code === code ? status.jam : null;
  const url = links?.url ?? `${location.origin}/jam/${code}`;
  return (
    <SharingContext value={sharing}><JamContext value={client}>
      {past ?? <ConsolePage status={status} token={token} url={url} tvUrl={links?.tv_url ?? null} words={links?.words ?? []} onNext={next} onHistory={openHistory} />}
      <RequestBell />
      <JamToasts />
    </JamContext></SharingContext>
  );
}

/** The host's seat in the running jam, or in the session that plays before it. */
function useHostClient(code: string | null, token: string | null, hostName: string, solo: boolean): JamClient | null {
  const [client, setClient] = useState<JamClient | null>(null);
  useEffect(() => {
    if (code === null || token === null) return undefined;
    const url = jamSocketURL(location.origin, code);
    const made = new JamClient({
      code,
      open: (handlers) => openWebSocket(new WebSocket(url, plainProtocol), handlers),
      seats: hostSeats(code),
      sentences: jam,
      solo,
    });
    setClient(made);
    made.start({ display_name: hostName, user_token: token });
    const unfollow = followPage(made);
    return () => {
      unfollow();
      made.stop();
      setClient(null);
    };
    // The name is only for joining; a later change of it must not join anew.
  }, [code, token]);
  return client?.code === code ? client : null;
}
