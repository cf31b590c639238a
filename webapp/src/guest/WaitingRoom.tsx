import { useClient, useView } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { Button } from "../ui/Button";
import { NoticePage } from "./NoticePages";

/** A host decides who comes in; here one sees how long the line is. */
export function WaitingRoom({ place }: { place: number }) {
  const client = useClient();
  const connected = useView((view) => view.link.phase === "pending");
  return (
    <NoticePage title={say.waitingTitle} text={say.waitingText}>
      <p className="place" role="status" data-testid="place">{connected ? say.waitingPlace(place - 1) : say.waitingLost}</p>
      <Button className="wide" onClick={() => client.leave()}>{jam.cancel}</Button>
    </NoticePage>
  );
}
