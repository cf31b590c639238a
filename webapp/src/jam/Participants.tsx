import { memo, useEffect, useRef, useState, type ComponentType, type ReactNode } from "react";
import { jam as say } from "../sentences/en/jam";
import { hasMore } from "../session/people";
import type { JamParticipant } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { CrownIcon, NoteIcon } from "../ui/icons";
import { useClient, useJam } from "./context";

/** More people than this scroll in a box of their own where something stands below them. */
const few = 9;

export interface PersonProps {
  person: JamParticipant;
  me: boolean;
}

/** Who is here, in a crowd a part of them and the rest when asked for. Hosts have rows of their own. */
export function Participants({ Row = Person }: { Row?: ComponentType<PersonProps> }) {
  const client = useClient();
  const people = useJam((jam) => jam.people);
  const count = useJam((jam) => jam.peopleCount);
  const me = useJam((jam) => jam.me);
  const more = useJam(hasMore);
  const list = useRef<HTMLUListElement>(null);
  const [asking, setAsking] = useState(false);
  useEffect(() => () => client.fewerPeople(), [client]);
  const show = async () => {
    if (asking) return;
    setAsking(true);
    await client.morePeople();
    setAsking(false);
    // The button goes with the last page; the focus must not go with it.
    if (document.activeElement === document.body) list.current?.focus({ preventScroll: true });
  };
  return (
    <section className="panel people" aria-labelledby="people-title">
      <header className="panel-head">
        <h2 id="people-title">{say.people}</h2>
        <span className="count" data-testid="participant-count">{say.peopleCount(count)}</span>
      </header>
      <ul className={people.length > few ? "people-list people-many" : "people-list"} ref={list} tabIndex={people.length > few ? 0 : -1} aria-labelledby="people-title">
        {people.map((person) => <Row key={person.id} person={person} me={person.id === me} />)}
      </ul>
      <p className="hint" role="status">{count > people.length && say.notListed(count - people.length)}</p>
      {more && <Button className="wide" aria-disabled={asking} onClick={() => void show()}>{say.showMore}</Button>}
    </section>
  );
}

/** The host's crown is drawn by the page, never by a name. */
export const Person = memo(function Person({ person, me, children }: PersonProps & { children?: ReactNode }) {
  const { id, role, connected } = person;
  return (
    <li className={`person ${connected ? "" : "person-away"}`} data-testid="participant" data-participant-id={id} data-role={role} data-connected={connected}>
      <span className={`person-icon person-${role}`}>{role === "host" ? <CrownIcon /> : <NoteIcon />}</span>
      <span className="person-name">{person.display_name}</span>
      <span className="person-tags">
        {me && <span className="tag tag-me">{say.youParticipant}</span>}
        {role !== "guest" && <span className="tag">{role === "host" ? say.host : say.member}</span>}
        {!connected && <span className="tag tag-away">{say.away}</span>}
      </span>
      {children}
    </li>
  );
});
