import { useEffect, useState } from "react";
import { JamContext } from "../jam/context";
import { followPage } from "../jam/lifecycle";
import { openWebSocket, jamSocketURL } from "../link/ws";
import { jam as say } from "../sentences/en/jam";
import { JamClient } from "../session/client";
import { CodePage } from "./CodePage";
import { JamPages } from "./JamPages";
import { guestSeats, member, rememberedName, wasWaiting } from "./memory";
import { NotFoundPage } from "./NoticePages";
import { useRoute } from "./router";

export function GuestApp() {
  const route = useRoute();
  const code = "code" in route ? route.code : null;
  const client = useJamClient(code);
  if (route.page === "not_found") return <NotFoundPage />;
  if (code === null || route.page === "code") return <CodePage />;
  if (client === null || client.code !== code) return null;
  return (
    <JamContext value={client}>
      <JamPages page={route.page} />
    </JamContext>
  );
}

/** One client per code, for as long as the pages of that jam are shown. */
function useJamClient(code: string | null): JamClient | null {
  const [client, setClient] = useState<JamClient | null>(null);
  useEffect(() => {
    if (code === null) return undefined;
    const made = makeClient(code);
    setClient(made);
    if (made.hasSeat()) made.start();
    else if (wasWaiting(code)) made.start({ display_name: rememberedName() });
    const unfollow = followPage(made);
    return () => {
      unfollow();
      made.stop();
      setClient(null);
    };
  }, [code]);
  return client;
}

function makeClient(code: string): JamClient {
  const url = jamSocketURL(location.origin, code);
  return new JamClient({
    code,
    open: (handlers) => openWebSocket(url, handlers),
    seats: guestSeats(code),
    member,
    sentences: say,
  });
}
