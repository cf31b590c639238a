import { useClient, useJam } from "../jam/context";
import { useHostNow } from "../jam/now";
import { clockTime } from "../jam/time";
import { guest as say } from "../sentences/en/guest";
import type { Ending } from "../session/wire.gen";
import { Button } from "../ui/Button";

/** What anybody can stop by doing something. */
const stoppable = ["idle", "empty"];

/** The end is announced: why, in how long, and how to go on. The sentence is read out once, the seconds are only seen. */
export function EndingBanner() {
  const ending = useJam((jam) => jam.ending);
  return <div role="status">{ending !== null && <Announced key={ending.ends_at} ending={ending} />}</div>;
}

function Announced({ ending: { reason, ends_at } }: { ending: Ending }) {
  const client = useClient();
  const seconds = Math.max(0, Math.ceil((Date.parse(ends_at) - useHostNow(1000)) / 1000));
  return (
    <div className="ending-banner" data-testid="ending">
      <p>{say.ending[reason] ?? say.endingSoon} <strong aria-hidden="true" data-testid="ends-in">{clockTime(seconds * 1000)}</strong></p>
      {stoppable.includes(reason) && <Button onClick={() => client.search.refresh()}>{say.keepGoing}</Button>}
    </div>
  );
}
