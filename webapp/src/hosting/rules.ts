import { useState } from "react";
import { useClient, useJam } from "../jam/context";
import type { JamSettings } from "../session/wire.gen";

/** The settings on screen, and how to change them. */
export interface Rules {
  settings: JamSettings;
  change(patch: Partial<JamSettings>): void;
}

/** What the host shows is what holds: a change stands at once, and goes back when it is refused. */
export function useSettings(): Rules {
  const client = useClient();
  const settings = useJam((jam) => jam.settings);
  const [asked, setAsked] = useState<Partial<JamSettings>>({});
  const ask = async (patch: Partial<JamSettings>) => {
    setAsked((before) => ({ ...before, ...patch }));
    await client.tell({ type: "update_settings", settings: patch });
    setAsked((before) => without(before, patch));
  };
  return { settings: { ...settings, ...asked }, change: (patch) => void ask(patch) };
}

/** What was asked for and is not this: a later change of the same setting still stands. */
function without(asked: Partial<JamSettings>, answered: Partial<JamSettings>): Partial<JamSettings> {
  const left = { ...asked };
  for (const key of Object.keys(answered) as (keyof JamSettings)[]) {
    if (left[key] === answered[key]) delete left[key];
  }
  return left;
}
