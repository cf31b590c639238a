import { useEffect, useState } from "react";
import { useClient, useJam } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import type { JamParticipant } from "../session/wire.gen";
import { Button } from "../ui/Button";
import "./hosting.css";
import { useHostNow } from "../jam/now";

/** The waiting times are read anew this often, ms. */
const everyMs = 10_000;
type Answer = "approve_join" | "deny_join";

/** Who waits to be let in, and the two answers. Nothing stands here while nobody waits. */
export function Requests() {
  const pending = useJam((jam) => jam.pending);
  const { answered, answer } = useAnswers(pending);
  if (pending.length === 0) return null;
  const all = (kind: Answer) => {
    for (const { id } of pending) if (!answered.has(id)) answer(kind, id);
  };
  return (
    <section className="panel requests" aria-labelledby="requests-title">
      <header className="panel-head"><h2 id="requests-title">{say.requests(pending.length)}</h2></header>
      <ul>{pending.map((person) => <Request key={person.id} person={person} answered={answered.has(person.id)} onAnswer={answer} />)}</ul>
      {pending.length > 1 && (
        <div className="requests-all">
          <Button onClick={() => all("deny_join")}>{say.denyAll}</Button>
          <Button look="primary" onClick={() => all("approve_join")}>{say.approveAll}</Button>
        </div>
      )}
    </section>
  );
}

interface RequestProps {
  person: JamParticipant;
  answered: boolean;
  onAnswer(kind: Answer, id: string): void;
}

function Request({ person: { id, display_name, joined_at, connected }, answered, onAnswer }: RequestProps) {
  const minutes = Math.floor((useHostNow(everyMs) - Date.parse(joined_at)) / 60_000);
  return (
    <li className={`request ${answered ? "request-answered" : ""}`} data-testid="request" data-participant-id={id}>
      <span className="request-words">
        <span className="person-name">{display_name}</span>
        <span className="hint">{say.waitsSince(minutes)}{!connected && ` · ${say.pageClosed}`}</span>
      </span>
      <span className="request-answers">
        <Button aria-label={say.denyOne(display_name)} aria-disabled={answered} onClick={() => !answered && onAnswer("deny_join", id)}>{say.deny}</Button>
        <Button look="primary" aria-label={say.approveOne(display_name)} aria-disabled={answered} onClick={() => !answered && onAnswer("approve_join", id)}>{say.approve}</Button>
      </span>
    </li>
  );
}

/** Those that were answered and still stand here; a refused answer makes them wait again. */
function useAnswers(pending: JamParticipant[]): { answered: ReadonlySet<string>; answer(kind: Answer, id: string): void } {
  const client = useClient();
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    // The same person may ask again after having been turned away.
    const left = [...answered].filter((id) => pending.some((person) => person.id === id));
    if (left.length < answered.size) setAnswered(new Set(left));
  }, [pending, answered]);
  const ask = async (type: Answer, id: string) => {
    setAnswered((before) => new Set([...before, id]));
    const outcome = await client.tell({ type, participant_id: id });
    if (!outcome.ok) setAnswered((before) => new Set([...before].filter((other) => other !== id)));
  };
  return { answered, answer: (type, id) => void ask(type, id) };
}
