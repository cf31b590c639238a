import { useSyncExternalStore } from "react";
import { jam as say } from "../sentences/en/jam";
import type { JamQueueItem } from "../session/wire.gen";
import { HeartIcon } from "../ui/icons";
import { useClient } from "./context";

/** "I want to hear this": one vote a person, which decides the order where votes do. */
export function Upvote({ item: { id, upvotes, track_info } }: { item: JamQueueItem }) {
  const { ballot } = useClient();
  const mine = useSyncExternalStore(ballot.view.subscribe, () => ballot.view.get().upvotes.has(id));
  return (
    <button type="button" className="icon-button upvote" aria-pressed={mine} aria-label={say.upvote(track_info.title, upvotes)}
      onClick={() => void ballot.upvote(id, !mine)}>
      <HeartIcon />{upvotes > 0 && <span>{upvotes}</span>}
    </button>
  );
}
