import { useState } from "react";
import { useJam } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import type { JamState } from "../session/reducer";
import { Slider } from "../ui/Slider";

/** How many here may vote: the host tells while there is a vote. Of a crowd this page knows a part, and takes the others for voters. */
function voters({ skipVote, people, peopleCount }: JamState): number {
  if (skipVote !== null) return skipVote.eligible;
  const not = people.filter(({ connected, permissions }) => !connected || !permissions.can_vote_skip).length;
  return Math.max(0, Math.max(peopleCount, people.length) - not);
}

/** The votes that are needed, as the host counts them. */
export function votesNeeded(share: number, eligible: number): number {
  return Math.max(1, Math.ceil(share * eligible - 1e-9));
}

/** Which share of those who may vote skips a song; in the hand it tells what that means now. */
export function Threshold({ value, onChange }: { value: number; onChange(share: number): void }) {
  const here = useJam(voters);
  const [held, setHeld] = useState<number | null>(null);
  const percent = Math.max(1, held ?? Math.round(value * 100));
  return (
    <div className="threshold">
      <p className="threshold-words" aria-hidden="true"><span>{say.threshold}</span><span>{say.thresholdValue(percent)}</span></p>
      <Slider label={say.threshold} value={Math.round(value * 100)} max={100} step={1} say={(at) => say.thresholdValue(Math.max(1, at))}
        onPreview={setHeld} onRelease={(at) => onChange(Math.max(1, at) / 100)} />
      <p className="hint">{say.thresholdMeans(votesNeeded(percent / 100, here), here)}</p>
    </div>
  );
}
