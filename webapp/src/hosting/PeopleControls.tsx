import { memo, useId, useState } from "react";
import { useJam } from "../jam/context";
import { Participants, Person, type PersonProps } from "../jam/Participants";
import { hosting as say } from "../sentences/en/hosting";
import { IconButton } from "../ui/Button";
import { DownIcon, UpIcon } from "../ui/icons";
import { Bans } from "./Bans";
import "./hosting.css";
import { PersonActions, runsJam, TakeBack } from "./PersonActions";
import { PersonRights } from "./PersonRights";

/** Who is here, with what a host may do about each; and who may not come back. */
export function PeopleControls() {
  return (
    <div className="people-controls">
      <TakeBack />
      <Participants Row={ManagedPerson} />
      <Bans />
    </div>
  );
}

/** The row that everyone sees, and folded up below it what a host can do. */
const ManagedPerson = memo(function ManagedPerson({ person, me }: PersonProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const muted = useJam((jam) => jam.settings.allow_chat) && !person.permissions.can_chat;
  if (me || person.role === "host") return <Person person={person} me={me} />;
  return (
    <Person person={person} me={false}>
      {muted && <span className="tag">{say.muted}</span>}
      <IconButton className="person-more" label={say.manage(person.display_name)} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {open ? <UpIcon /> : <DownIcon />}
      </IconButton>
      {open && (
        <div className="person-controls" id={id} role="group" aria-label={say.manage(person.display_name)}>
          <PersonActions person={person} />
          {!runsJam(person) && <PersonRights person={person} />}
        </div>
      )}
    </Person>
  );
});
