import { useJam } from "../jam/context";
import { music as say } from "../sentences/en/music";
import type { ConsoleStatus } from "../session/wire.gen";
import { BlockMenu } from "./BlockMenu";
import { OutputChoice } from "./OutputChoice";

/** What only the console has at the song that plays: where it is heard, and how to be rid of it for good. */
export function NowExtras({ status, token }: { status: ConsoleStatus; token: string }) {
  const current = useJam((jam) => jam.current);
  return (
    <div className="now-extras">
      <OutputChoice status={status} token={token} />
      {current !== null && (
        <details className="group now-more" key={current.id}>
          <summary aria-label={say.moreOf(current.track_info.title)}>{say.more}</summary>
          <BlockMenu track={current.track_info} />
        </details>
      )}
    </div>
  );
}
