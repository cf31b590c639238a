import { jam as say } from "../sentences/en/jam";
import type { JamState } from "../session/reducer";
import { isMine, whyOf } from "../session/selectors";
import type { JamQueueItem } from "../session/wire.gen";
import { useJam } from "./context";
import { Wait } from "./Wait";

/** Why an upcoming item stands where it does, in one sentence, and when it plays. */
export function Why({ item }: { item: JamQueueItem }) {
  const why = useJam((jam) => sentence(jam, item));
  return <>{why} <Wait itemId={item.id} long /></>;
}

function sentence(jam: JamState, item: JamQueueItem): string {
  const why = whyOf(jam, item.id);
  const turn = say.nth(why?.params.turn ?? 1);
  switch (why?.reason) {
    case "pinned": return say.why.pinned;
    case "votes": return item.upvotes > 0 ? say.why.voted(say.votes(item.upvotes)) : say.why.unvoted;
    case "turn": return isMine(jam, item) ? say.why.myTurn(turn) : say.why.turn(jam.names[item.added_by ?? ""] ?? say.someone, turn);
  }
  return why?.reason === "added" ? say.why.added : say.why.unknown;
}
