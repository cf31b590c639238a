import { useCallback, useEffect, useState } from "react";
import { ask, type Answer } from "../session/rest";
import type { SetWifi, Wifi } from "../session/wire.gen";

const path = "/api/console/wifi";
/** The way into the network as a picture, which holds the password. */
export const wifiPicture = `${path}/qr.svg`;

export interface WifiKeeper {
  /** What the daemon keeps: a name "" is none; null before the first answer. */
  kept: Wifi | null;
  save(wifi: SetWifi): Promise<Answer<Wifi>>;
  forget(): Promise<boolean>;
}

/** The network that guests may be shown the way into. The password goes to the daemon and never comes back. */
export function useWifi(token: string): WifiKeeper {
  const [kept, setKept] = useState<Wifi | null>(null);
  useEffect(() => {
    let gone = false;
    void ask<Wifi>(path, token).then((answer) => {
      if (!gone && answer.ok) setKept(answer.value);
    });
    return () => {
      gone = true;
    };
  }, [token]);
  const save = useCallback(async (wifi: SetWifi) => {
    const answer = await ask<Wifi>(path, token, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wifi) });
    if (answer.ok) setKept(answer.value);
    return answer;
  }, [token]);
  const forget = useCallback(async () => {
    const answer = await ask(path, token, { method: "DELETE" });
    if (answer.ok) setKept({ name: "", hidden: false, locked: false });
    return answer.ok;
  }, [token]);
  return { kept, save, forget };
}
