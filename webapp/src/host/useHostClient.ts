import { useEffect, useRef, useState } from "react";
import { followPage } from "../jam/lifecycle";
import { jamSocketURL, openWebSocket, plainProtocol } from "../link/ws";
import { jam } from "../sentences/en/jam";
import * as told from "../sentences/en/told";
import { JamClient } from "../session/client";
import { hostSeats } from "./token";

/** There is something to show: the session, or why there is none. */
function hasNews({ view }: JamClient): boolean {
  const { jam, end, link } = view.get();
  return jam !== null || end !== null || link.phase === "over";
}

/**
 * The host's seat in the running jam, or in the session that plays before it. While the next one is on its way, the
 * one before is given still: what is on screen stays there, as the music does.
 */
export function useHostClient(code: string | null, token: string | null, hostName: string, solo: boolean): JamClient | null {
  const [client, setClient] = useState<JamClient | null>(null);
  /** Ends the part of the one that is given. */
  const retire = useRef<() => void>(() => undefined);
  useEffect(() => {
    const done = () => {
      retire.current();
      retire.current = () => undefined;
    };
    if (code === null || token === null) {
      done();
      setClient(null);
      return undefined;
    }
    const url = jamSocketURL(location.origin, code);
    const made = new JamClient({
      code,
      open: (handlers) => openWebSocket(new WebSocket(url, plainProtocol), handlers),
      seats: hostSeats(code),
      sentences: { ...jam, ...told },
      solo,
    });
    const unfollow = followPage(made);
    const stop = () => {
      unfollow();
      made.stop();
    };
    let given = false;
    const give = () => {
      if (given || !hasNews(made)) return;
      given = true;
      done();
      retire.current = stop;
      setClient(made);
    };
    const unsubscribe = made.view.subscribe(give);
    made.start({ display_name: hostName, user_token: token });
    return () => {
      unsubscribe();
      if (!given) stop();
    };
    // The name is only for joining; a later change of it must not join anew.
  }, [code, token]);
  useEffect(() => () => retire.current(), []);
  return client;
}
