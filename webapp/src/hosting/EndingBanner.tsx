import { useClient, useJam } from "../jam/context";
import { clockTime } from "../jam/time";
import { hosting as say } from "../sentences/en/hosting";
import type { JamClient } from "../session/client";
import type { Ending } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { timeOf } from "../ui/dates";
import "./hosting.css";
import { useHostNow } from "../jam/now";

/** The end is announced: when, why, and how to go on. */
export function EndingBanner() {
  const ending = useJam((jam) => jam.ending);
  return <div role="status">{ending !== null && <Announced ending={ending} />}</div>;
}

function Announced({ ending }: { ending: Ending }) {
  const ends = Date.parse(ending.ends_at);
  const left = Math.max(0, ends - useHostNow(1000));
  const time = timeOf(new Date(ends));
  return (
    <div className="ending">
      {/* Read out once, not each second. */}
      <p>{say.ending(ending.reason, time)}<span aria-hidden="true" data-testid="ends-in"> · {clockTime(left + 999)}</span></p>
      <KeepGoing />
    </div>
  );
}

/** Stops an announced end, where a host can. */
export function KeepGoing() {
  const client = useClient();
  const stop = stopOf(client, useJam((jam) => jam.ending?.reason));
  return stop === null ? null : <Button onClick={stop}>{say.endCancel}</Button>;
}

function stopOf(client: JamClient, reason: string | undefined): (() => void) | null {
  switch (reason) {
    case "host": return () => void client.tell({ type: "end_session", cancel: true });
    case "expired": return () => void client.tell({ type: "update_settings", settings: { expires_at: null } });
    // A quiet jam goes on when anybody does anything.
    case "idle": case "empty": return () => client.search.refresh();
  }
  return null;
}
