import { useCallback, useEffect, useState } from "react";
import { ask } from "../session/rest";
import type { ConsoleStatus, SoloSession } from "../session/wire.gen";

export interface Solo {
  /** Where the console plays while no jam runs; null until that is known. */
  code: string | null;
  /** That session is over: a jam began, or the daemon did anew. */
  over(code: string): void;
}

/** Which of the sessions that were told or made is the one to play by: none that is over. */
export function soloCode(told: string | null, made: string | null, gone: string | null): string | null {
  return [told, made].find((code) => code !== null && code !== gone) ?? null;
}

/** The session that the console plays by before a jam. It is made when there is music and a page that `wants` to play. */
export function useSolo(status: ConsoleStatus | null, token: string | null, wants: boolean): Solo {
  const [made, setMade] = useState<string | null>(null);
  const [gone, setGone] = useState<string | null>(null);
  const code = soloCode(status?.solo?.share_code ?? null, made, gone);
  const needed = wants && token !== null && code === null && status !== null && status.jam === null && status.library.tracks > 0;
  useEffect(() => {
    if (!needed) return undefined;
    let late = false;
    void ask<SoloSession>("/api/console/solo", token, { method: "POST" }).then((answer) => {
      if (late || !answer.ok) return;
      setMade(answer.value.share_code);
      setGone((before) => (before === answer.value.share_code ? null : before));
    });
    return () => {
      late = true;
    };
    // Where it was refused, it is asked for again with the next status.
  }, [needed, token, status]);
  return { code: wants ? code : null, over: useCallback((over: string) => setGone(over), []) };
}
