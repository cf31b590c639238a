import { useState } from "react";
import { canKeepAwake, useWakeLock } from "../jam/wakeLock";
import { guest as say } from "../sentences/en/guest";
import { Switch } from "../ui/Switch";
import { keepsAwake, rememberAwake } from "./memory";

/** "Keep the screen on", where the browser can: for the phone that lies on the table and shows what plays. */
export function KeepAwake() {
  const [on, setOn] = useState(keepsAwake);
  useWakeLock(on);
  if (!canKeepAwake()) return null;
  const turn = (next: boolean) => {
    rememberAwake(next);
    setOn(next);
  };
  return <Switch label={say.keepAwake} checked={on} onChange={turn} />;
}
