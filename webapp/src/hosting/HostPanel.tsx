import { useState } from "react";
import { hosting as say } from "../sentences/en/hosting";
import { Button } from "../ui/Button";
import { EndDialog } from "./EndDialog";
import { KeepGoing } from "./EndingBanner";
import { PeopleControls } from "./PeopleControls";
import { RequestBell } from "./RequestBell";
import { Requests } from "./Requests";
import { SettingsPanel } from "./SettingsPanel";

export { Handle } from "./Handle";

/** What a guest's page shows besides, once its person is the host. Everyone's page says by itself when the jam ends. */
export default function HostPanel() {
  const [ending, setEnding] = useState(false);
  return (
    <div className="host-panel">
      <RequestBell />
      <Requests />
      <PeopleControls />
      <SettingsPanel />
      <div className="host-end"><KeepGoing /><Button look="danger" onClick={() => setEnding(true)}>{say.end}</Button></div>
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </div>
  );
}
