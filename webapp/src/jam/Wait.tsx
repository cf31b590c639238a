import { jam as say } from "../sentences/en/jam";
import { positionMs } from "../session/selectors";
import { waitMs } from "../session/wait";
import { useClient, useJam } from "./context";
import { useHostNow } from "./now";

/** It says minutes: looked at again this often, ms. */
const againMs = 15_000;

/** When an upcoming song plays: "in 12 min" in a row, a sentence elsewhere; nothing where nobody knows. */
export function Wait({ itemId, long = false }: { itemId: string; long?: boolean }) {
  const { clock } = useClient();
  useHostNow(againMs);
  const minutes = useJam((jam) => {
    const ms = waitMs(jam, itemId, positionMs(jam, clock));
    return ms === null ? null : Math.round(ms / 60_000);
  });
  return minutes === null ? null : <span className="wait" data-testid="wait">{(long ? say.playsIn : say.soonIn)(minutes)}</span>;
}
