import { useSyncExternalStore } from "react";
import { jam as say } from "../sentences/en/jam";
import { skipVoteOf } from "../session/selectors";
import { Button } from "../ui/Button";
import { useClient, useJam } from "./context";

/** The vote on the song that plays: how it stands, and one's own part for who may vote. Who can skip it at once has no use for a vote.
 * The place for the count is kept, so that nothing moves when others vote. */
export function SkipVote({ itemId }: { itemId: string }) {
  const client = useClient();
  const { ballot } = client;
  const vote = useJam(skipVoteOf);
  const may = useJam(({ permissions }) => permissions.can_vote_skip && !permissions.can_skip);
  const voted = useSyncExternalStore(ballot.view.subscribe, () => ballot.view.get().skip === itemId);
  const allowed = useJam(({ settings }) => settings.guest_can_skip_vote);
  if (!may && vote === null && !allowed) return null;
  const ask = voted ? say.unvoteSkip : say.voteSkip;
  return (
    <div className="skip-vote" data-testid="skip-vote">
      {may && (
        <Button onClick={() => void ballot.voteSkip(itemId, !voted)}>
          {ask}{vote !== null && <> <span className="skip-tally">{vote.votes}/{vote.required}</span></>}
        </Button>
      )}
      <span className={may ? "unseen" : "hint"} role="status">{vote !== null && say.skipVotes(vote.votes, vote.required)}</span>
    </div>
  );
}
