import { useEffect, useState } from "react";
import { JamContext } from "../jam/context";
import { followPage } from "../jam/lifecycle";
import { openWebSocket, jamSocketURL } from "../link/ws";
import { jam as say } from "../sentences/en/jam";
import { JamClient } from "../session/client";
import { noSeat } from "../session/seat";
import { chunk, useChunk } from "./chunk";
import { CodePage } from "./CodePage";
import { ComingBackPage } from "./ComingBackPage";
import { JamPages } from "./JamPages";
import { guestSeats, member, rememberedName, wasWaiting } from "./memory";
import { NotFoundPage, ReloadPage } from "./NoticePages";
import { useRoute } from "./router";

const loadDisplay = chunk(() => import("./DisplayPage").then(({ DisplayPage }) => DisplayPage));

export function GuestApp() {
  const route = useRoute();
  const code = "code" in route ? route.code : null;
  const client = useJamClient(code, route.page === "display");
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
  const url = jamSocketURL(location.origin, code);
  return new JamClient({
    code,
    open: (handlers) => openWebSocket(url, handlers),
    ...(watches ? { seats: noSeat, watch: /^#tv=(.+)/.exec(location.hash)?.[1] ?? "" } : { seats: guestSeats(code), member }),
    sentences: say,
  });
}
