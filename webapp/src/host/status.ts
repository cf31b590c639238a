import { useCallback, useEffect, useRef, useState } from "react";
import { ask, type Answer } from "../session/rest";
import type { ConsoleStatus } from "../session/wire.gen";

/** Asked this often, ms; more often while there is something to wait for. */
const everyMs = 5_000;
const soonMs = 1_000;

export interface StatusWatch {
  /** The last answer that there was; null before the first. */
  status: ConsoleStatus | null;
  /** Why there is no answer now; null while there is. */
  trouble: Extract<Answer<ConsoleStatus>, { ok: false }> | null;
  refresh(): void;
}

/** What the daemon says about itself, kept fresh. */
export function useStatus(token: string | null): StatusWatch {
  const [status, setStatus] = useState<ConsoleStatus | null>(null);
  const [trouble, setTrouble] = useState<StatusWatch["trouble"]>(null);
  const now = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (token === null) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const refresh = async () => {
      clearTimeout(timer);
      const answer = await ask<ConsoleStatus>("/api/console/status", token);
      if (gone) return;
      if (answer.ok) setStatus(answer.value);
      setTrouble(answer.ok ? null : answer);
      clearTimeout(timer);
      timer = setTimeout(refresh, answer.ok && !answer.value.library.scanning ? everyMs : soonMs);
    };
    now.current = () => void refresh();
    now.current();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [token]);
  const refresh = useCallback(() => now.current(), []);
  return { status, trouble, refresh };
}
