import { useState } from "react";
import { desk as say } from "../sentences/en/desk";
import { Switch } from "../ui/Switch";
import { bellIsOn, setBell } from "./bell";

/** Whether a sound tells that somebody asks to come in. */
export function BellSwitch() {
  const [on, setOn] = useState(bellIsOn);
  return <Switch label={say.bell} hint={say.bellHint} checked={on} onChange={(next) => {
    setBell(next);
    setOn(next);
  }} />;
}
