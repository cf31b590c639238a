import { useState } from "react";
import { useClient, useJam } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import type { JamParticipant } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { Switch } from "../ui/Switch";
import { decided, givenBySettings, type Right } from "./given";

const labels: Record<Right, string> = {
  can_add_to_queue: say.add, can_skip: say.skip, can_reorder: say.reorder, can_remove_any: say.removeAny, can_set_volume: say.volume,
};

/** What one person may do, whatever the settings say. */
export function PersonRights({ person }: { person: JamParticipant }) {
  const client = useClient();
  const settings = useJam((jam) => jam.settings);
  const [asked, setAsked] = useState<Partial<Record<Right, boolean>>>({});
  const given = givenBySettings(person.role, settings);
  const shown = { ...person.permissions, ...asked };
  const set = async (right: Right, on: boolean) => {
    setAsked((before) => ({ ...before, [right]: on }));
    // The same as the settings say is theirs to say: it changes with them.
    const permissions = { [right]: on === given[right] ? null : on };
    await client.tell({ type: "set_permissions", participant_id: person.id, permissions });
    setAsked(({ [right]: _, ...others }) => others);
  };
  return (
    <fieldset className="rights">
      <legend>{say.rights(person.display_name)}</legend>
      {decided.map((right) => {
        const own = shown[right] !== given[right];
        return (
          <div key={right} data-testid={right}>
            <Switch label={labels[right]} {...(own ? { hint: say.onlyThem(given[right]) } : {})} checked={shown[right]} onChange={(on) => void set(right, on)} />
            {own && <Button className="by-settings" onClick={() => void set(right, given[right])}>{say.bySettings}<span className="unseen"> {labels[right]}</span></Button>}
          </div>
        );
      })}
    </fieldset>
  );
}
