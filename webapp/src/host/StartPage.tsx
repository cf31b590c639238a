import { Button } from "../ui/Button";
import { host as say } from "../sentences/en/host";
import type { ConsoleStatus } from "../session/wire.gen";
import { Frame } from "./Frame";
import { LibraryLine, Warnings } from "./Machine";
import { Members } from "./Members";
import { Nearby } from "./Nearby";
import { StartForm } from "./StartForm";

interface Props {
  status: ConsoleStatus;
  token: string;
  unreachable: boolean;
  onStarted(): void;
  onHistory(): void;
}

/** No jam runs: start one. */
export function StartPage({ status, token, unreachable, onStarted, onHistory }: Props) {
  return (
    <Frame actions={<Button look="quiet" onClick={onHistory}>{say.history}</Button>}>
      <h1>{say.startTitle}</h1>
      <p className="lead">{say.startText}</p>
      <Warnings warnings={status.warnings} />
      <StartForm hostName={status.host_name} token={token} onStarted={onStarted}>
        {unreachable && <p className="hint" role="status">{say.comesBack}</p>}
      </StartForm>
      <Nearby jams={status.nearby} />
      <Members token={token} fresh={status} quiet />
      <LibraryLine status={status} token={token} />
    </Frame>
  );
}
