import { useState } from "react";
import { useClient, useJam } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import type { JamParticipant } from "../session/wire.gen";
import { Button } from "../ui/Button";

/** Who was removed, and the way back for them. */
export function Bans() {
  const bans = useJam((jam) => jam.bans);
  if (bans.length === 0) return null;
  return (
    <section className="bans" aria-labelledby="bans-title">
      <h3 id="bans-title">{say.bans}</h3>
      <p className="hint">{say.bansHint}</p>
      <ul>{bans.map((person) => <Banned key={person.id} person={person} />)}</ul>
    </section>
  );
}

function Banned({ person: { id, display_name } }: { person: JamParticipant }) {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const unban = async () => {
    if (asking) return;
    setAsking(true);
    await client.tell({ type: "unban", participant_id: id });
    setAsking(false);
  };
  return (
    <li className="banned" data-testid="banned">
      <span className="person-name">{display_name}</span>
      <Button aria-label={say.unbanOne(display_name)} aria-disabled={asking} onClick={() => void unban()}>{say.unban}</Button>
    </li>
  );
}
