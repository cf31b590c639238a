import { jam as say } from "../sentences/en/jam";
import { CrownIcon, NoteIcon } from "../ui/icons";
import { useJam } from "./context";

/** Who is here; the host's crown is drawn by the page, never by a name. */
export function Participants() {
  const people = useJam((jam) => jam.people);
  const count = useJam((jam) => jam.peopleCount);
  const me = useJam((jam) => jam.me);
  const unlisted = count - people.length;
  return (
    <section className="panel people" aria-labelledby="people-title">
      <header className="panel-head">
        <h2 id="people-title">{say.people}</h2>
        <span className="count" data-testid="participant-count">{say.peopleCount(count)}</span>
      </header>
      <ul className="people-list">
        {people.map((person) => (
          <li key={person.id} className={`person ${person.connected ? "" : "person-away"}`} data-testid="participant"
            data-participant-id={person.id} data-role={person.role} data-connected={person.connected}>
            <span className={`person-icon person-${person.role}`}>{person.role === "host" ? <CrownIcon /> : <NoteIcon />}</span>
            <span className="person-name">{person.display_name}</span>
            <span className="person-tags">
              {person.id === me && <span className="tag tag-me">{say.youParticipant}</span>}
              {person.role !== "guest" && <span className="tag">{person.role === "host" ? say.host : say.member}</span>}
              {!person.connected && <span className="tag tag-away">{say.away}</span>}
            </span>
          </li>
        ))}
        {unlisted > 0 && <li className="person hint">{say.notListed(unlisted)}</li>}
      </ul>
    </section>
  );
}
