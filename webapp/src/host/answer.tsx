import { useEffect, useState, type ReactNode } from "react";
import { host as say } from "../sentences/en/host";
import { ask, type Answer } from "../session/rest";

/** What the daemon answers; null until it does. */
export function useAnswer<T>(path: string, token: string): Answer<T> | null {
  const [answer, setAnswer] = useState<Answer<T> | null>(null);
  useEffect(() => {
    let gone = false;
    void ask<T>(path, token).then((next) => gone || setAnswer(next));
    return () => {
      gone = true;
    };
  }, [path, token]);
  return answer;
}

/** The past, or a sentence why it is not there. */
export function Answered<T>({ answer, children }: { answer: Answer<T> | null; children(value: T): ReactNode }) {
  if (answer === null) return <p role="status">{say.historyLoading}</p>;
  return answer.ok ? children(answer.value) : <p role="alert">{say.historyFailed}</p>;
}
