import { useEffect, useState } from "react";
import { JamContext } from "../jam/context";
import { followPage } from "../jam/lifecycle";
import { readFragment } from "../link/fragment";
import { remote } from "../link/remote";
import { jamSocketURL } from "../link/ws";
import { jam as say } from "../sentences/en/jam";
import * as told from "../sentences/en/told";
import { JamClient } from "../session/client";
import { noSeat } from "../session/seat";
import { chunk, useChunk } from "./chunk";
import { CodePage } from "./CodePage";
import { ComingBackPage } from "./ComingBackPage";
import { JamPages } from "./JamPages";
import { guestSeats, keepLink, linkKey, memberOf, rememberedName, wasWaiting } from "./memory";
import { CutLinkPage, NotFoundPage, ReloadPage } from "./NoticePages";
import { useRoute } from "./router";
import { loadSoulServer } from "./sessionChunk";

const loadDisplay = chunk(() => import("./DisplayPage").then(({ DisplayPage }) => DisplayPage));

export function GuestApp() {
  const route = useRoute();
  const code = "code" in route ? route.code : null;
  const cut = code !== null && readFragment(location.hash).cut && linkKey(code) === null;
  const client = useJamClient(cut ? null : code, route.page === "display");
  // Another link pasted over this one differs behind the # only: no page is loaded for that.
  useEffect(() => {
    const again = () => location.hash !== "" && location.reload();
    window.addEventListener("hashchange", again);
    return () => window.removeEventListener("hashchange", again);
  }, []);
  if (cut) return <CutLinkPage />;
  if (route.page === "not_found") return <NotFoundPage />;
  if (code === null || route.page === "code") return <CodePage />;
  if (client === null || client.code !== code) return null;
  return (
    <JamContext value={client}>
      {route.page === "display" ? <Display /> : <JamPages page={route.page} />}
    </JamContext>
  );
}

function Display() {
  const page = useChunk(loadDisplay);
  if (page === null) return <ComingBackPage />;
  return page === "failed" ? <ReloadPage /> : <page.Part />;
}

/** One client per code, for as long as the pages of that jam are shown. A screen takes no seat. */
function useJamClient(code: string | null, watches: boolean): JamClient | null {
  const [client, setClient] = useState<JamClient | null>(null);
  useEffect(() => {
    if (code === null) return undefined;
    const made = makeClient(code, watches);
    setClient(made);
    if (watches || made.hasSeat()) made.start();
    else if (wasWaiting(code)) made.start({ display_name: rememberedName() });
    const unfollow = followPage(made);
    return () => {
      unfollow();
      made.stop();
      setClient(null);
    };
  }, [code, watches]);
  return client;
}

function makeClient(code: string, watches: boolean): JamClient {
  const { tv } = takeFragment(code);
  const { open, host } = remote({ url: jamSocketURL(location.origin, code), code, key: linkKey(code) }, loadSoulServer);
  return new JamClient({
    code,
    open,
    ...(watches ? { seats: noSeat, watch: tv } : { seats: guestSeats(code), member: memberOf(host) }),
    sentences: { ...say, ...told },
  });
}

/** The key goes from the address, which people look at and photograph, into storage. A screen's token stays for when it is loaded anew. */
function takeFragment(code: string): { tv: string } {
  const { key, tv } = readFragment(location.hash);
  keepLink(code, location.hash);
  if (key !== null) history.replaceState(history.state, "", location.pathname + location.search + (tv === "" ? "" : `#tv=${tv}`));
  return { tv };
}
