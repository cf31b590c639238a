import { useCallback, useEffect, useId, useState } from "react";
import { music as say } from "../sentences/en/music";
import { ask } from "../session/rest";
import type { ConsoleStatus, OutputList } from "../session/wire.gen";

/** Where the music is heard. Nothing where there is no sound, or nothing to choose from. */
export function OutputChoice({ status: { player, warnings }, token }: { status: ConsoleStatus; token: string }) {
  // A device that goes or comes back is told by a warning that comes or goes.
  return player.name === "silent" ? null : <Choice token={token} fresh={warnings.join("\n")} />;
}

function Choice({ token, fresh }: { token: string; fresh: string }) {
  const id = useId();
  const [list, setList] = useState<OutputList | null>(null);
  const [failed, setFailed] = useState(false);
  const load = useCallback(async () => {
    const answer = await ask<OutputList>("/api/console/outputs", token);
    if (answer.ok) setList(answer.value);
  }, [token]);
  useEffect(() => void load(), [load, fresh]);
  if (list === null || (list.outputs.length === 0 && list.chosen === "")) return null;
  const { outputs, chosen } = list;
  const away = chosen !== "" && !outputs.some(({ name }) => name === chosen);
  const choose = async (name: string) => {
    setList({ ...list, chosen: name });
    const answer = await ask<OutputList>("/api/console/output", token, {
      method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name }),
    });
    setFailed(!answer.ok);
    setList(answer.ok ? answer.value : list);
  };
  return (
    <div className="output">
      <label htmlFor={id}>{say.output}</label>
      {/* What was plugged in since the page came is there when the list is opened. */}
      <select id={id} value={chosen} aria-describedby={`${id}-told`} onFocus={() => void load()} onChange={(event) => void choose(event.target.value)}>
        <option value="">{say.outputSystem}</option>
        {away && <option value={chosen}>{say.outputAway(chosen)}</option>}
        {outputs.map(({ name, description }) => <option key={name} value={name}>{description || name}</option>)}
      </select>
      <p className={failed ? "hint hint-error" : "hint"} id={`${id}-told`} role="status">{failed ? say.outputFailed : away && say.outputAwayText}</p>
    </div>
  );
}
