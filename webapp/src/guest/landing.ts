import { useEffect, useState } from "react";
import { ask, sessionPath, type Answer } from "../session/rest";
import type { Landing } from "../session/wire.gen";

/** Asked again so often, ms: while it is fine, and while it is not. */
const freshEveryMs = 10_000;
const againEveryMs = 3_000;

/** What anyone who knows the code may see; null until the first answer. Kept fresh while the page is seen. */
export function useLanding(code: string): Answer<Landing> | null {
  const [answer, setAnswer] = useState<Answer<Landing> | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const refresh = async () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") {
        const next = await ask<Landing>(sessionPath(code), null);
        if (gone) return;
        setAnswer(next);
        if (!next.ok && (next.code === "session_not_found" || next.code === "session_ended")) return;
        timer = setTimeout(refresh, next.ok ? freshEveryMs : againEveryMs);
      }
    };
    const wake = () => void refresh();
    wake();
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
    };
  }, [code]);
  return answer;
}
