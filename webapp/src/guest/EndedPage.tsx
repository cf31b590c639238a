import { useView } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import type { Recap } from "../session/wire.gen";
import { chunk, useChunk } from "./chunk";
import { NoticePage, StartButton } from "./NoticePages";

const loadRecap = chunk(() => import("../jam/RecapView").then(({ RecapView }) => RecapView));

/** The jam is over: how it ended, and what it was for those who were there. */
export function EndedPage({ reason = null }: { reason?: string | null }) {
  const end = useView((view) => view.end);
  const why = end?.reason ?? reason;
  return (
    <NoticePage title={say.endedTitle} text={(why !== null && say.endedBy[why]) || say.endedText}>
      {end?.recap != null && <LookBack recap={end.recap} />}
      <StartButton label={say.startPage} />
    </NoticePage>
  );
}

function LookBack({ recap }: { recap: Recap }) {
  const part = useChunk(loadRecap);
  return part !== null && part !== "failed" ? <part.Part recap={recap} /> : null;
}
