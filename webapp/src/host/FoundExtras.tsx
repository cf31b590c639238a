import { useClient, useJam } from "../jam/context";
import { desk } from "../sentences/en/desk";
import { jam as say } from "../sentences/en/jam";
import type { JamClient } from "../session/client";
import type { TrackInfo } from "../session/wire.gen";
import { IconButton } from "../ui/Button";
import { PlayIcon } from "../ui/icons";

/** A song that was added is looked for in the queue this long, ms. */
const patienceMs = 3_000;

/** To the top of the list. */
function NextIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
      <path d="M5 5h14M12 20V10m-5 4.5 5-5 5 5" />
    </svg>
  );
}

/** At a song that was found: play it now, or next. A song that waits already is taken from where it waits. */
export function FoundExtras({ track }: { track: TrackInfo }) {
  const client = useClient();
  const may = useJam((jam) => jam.permissions.can_control);
  const reorders = useJam((jam) => jam.permissions.can_reorder);
  const plays = useJam((jam) => jam.current?.track_id === track.track_id);
  const idle = useJam((jam) => jam.current === null);
  const first = useJam((jam) => jam.upcoming[0]?.track_id === track.track_id);
  if (plays) return null;
  return (
    <>
      {may && <IconButton label={say.playNow(track.title)} onClick={() => void bring(client, track, true)}><PlayIcon /></IconButton>}
      {reorders && !idle && !first && <IconButton label={desk.playNext(track.title)} onClick={() => void bring(client, track, false)}><NextIcon /></IconButton>}
    </>
  );
}

/** Adds it unless it waits, then plays it or moves it to the front. In an idle jam the first song begins by itself. */
export async function bring(client: JamClient, track: TrackInfo, now: boolean): Promise<void> {
  let id = waiting(client, track);
  if (id === undefined) {
    const added = appears(client, track);
    await client.add(track);
    id = await added;
  }
  if (id === undefined) return;
  if (now) return void client.tell({ type: "play_now", queue_item_id: id });
  const before = client.view.get().jam?.upcoming[0]?.id ?? null;
  if (before !== id) void client.tell({ type: "reorder", queue_item_id: id, before });
}

function waiting(client: JamClient, { track_id }: TrackInfo): string | undefined {
  return client.view.get().jam?.upcoming.find((item) => item.track_id === track_id)?.id;
}

/** The id of the song in the queue as soon as it stands there; none when it plays at once, or has not come in time. */
function appears(client: JamClient, track: TrackInfo): Promise<string | undefined> {
  return new Promise((done) => {
    const look = () => {
      const id = waiting(client, track);
      if (id !== undefined || client.view.get().jam?.current?.track_id === track.track_id) stop(id);
    };
    const stop = (id?: string) => {
      clearTimeout(timer);
      unsubscribe();
      done(id);
    };
    const unsubscribe = client.view.subscribe(look);
    const timer = setTimeout(stop, patienceMs);
  });
}
