import { memo, useId, useState, type ComponentType, type ReactNode } from "react";
import { jam as say } from "../sentences/en/jam";
import type { Adding } from "../session/adding";
import { isMine, mayRemove } from "../session/selectors";
import type { JamQueueItem, TrackInfo } from "../session/wire.gen";
import { IconButton } from "../ui/Button";
import { CrossIcon, DownIcon, PlayIcon, UpIcon } from "../ui/icons";
import { useClient, useJam, useView } from "./context";
import { Cover } from "./Cover";
import { Autoplayed } from "./NowPlaying";
import { Upvote } from "./Upvote";
import { Why } from "./Why";

/** What can be done with a song besides. */
export type TrackMenu = ComponentType<{ track: TrackInfo }>;

/** What plays next, in its order, with who added it. Hosts have a menu of their own at each. */
export function Queue({ Menu }: { Menu?: TrackMenu | undefined }) {
  const { solo } = useClient();
  const upcoming = useJam((jam) => jam.upcoming);
  const adding = useView((view) => view.adding);
  const mineIsNext = useJam((jam) => jam.upcoming[0] !== undefined && isMine(jam, jam.upcoming[0]));
  return (
    <section className="panel queue" aria-labelledby="queue-title">
      <header className="panel-head">
        <h2 id="queue-title">{say.upNext}</h2>
        <span role="status">{mineIsNext && !solo && <span className="next-is-mine">{say.youAreNext}</span>}</span>
        <span className="count">{upcoming.length > 0 && say.songs(upcoming.length)}</span>
      </header>
      {upcoming.length === 0 && adding.length === 0 ? (
        <div className="empty"><p>{say.queueEmpty}</p><p className="hint">{say.queueEmptyHint}</p></div>
      ) : (
        <ol className="rows">
          {upcoming.map((item, index) => (
            <QueueRow key={item.id} item={item} Menu={Menu} place={index + 1} previous={upcoming[index - 1]?.id ?? null}
              afterNext={index + 1 >= upcoming.length ? undefined : (upcoming[index + 2]?.id ?? null)} />
          ))}
          {adding.map((one) => <AddingRow key={`adding-${one.key}`} adding={one} place={upcoming.length + 1 + adding.indexOf(one)} />)}
        </ol>
      )}
    </section>
  );
}

interface RowProps {
  item: JamQueueItem;
  Menu: TrackMenu | undefined;
  place: number;
  /** The item before it, to move in front of; null for the first. */
  previous: string | null;
  /** The item two behind (null = the end), to move in front of; undefined for the last. */
  afterNext: string | null | undefined;
}

const QueueRow = memo(function QueueRow({ item, Menu, place, previous, afterNext }: RowProps) {
  const client = useClient();
  const { solo } = client;
  const mine = useJam((jam) => isMine(jam, item)) && !solo;
  const [open, setOpen] = useState(false);
  const whyId = useId();
  const removable = useJam((jam) => mayRemove(jam, item));
  const mayMove = useJam((jam) => jam.permissions.can_reorder);
  const mayPlay = useJam((jam) => jam.permissions.can_control);
  const { title } = item.track_info;
  const move = (before: string | null) => void client.tell({ type: "reorder", queue_item_id: item.id, before });
  return (
    <li className={`row ${mine ? "row-mine" : ""} ${mayMove ? "row-full" : ""}`} data-testid="queue-item" data-item-id={item.id} data-mine={mine}>
      <span className="row-place" aria-hidden="true">{place}</span>
      <Cover track={item.track_info} size="small" />
      <button type="button" className="track-button" aria-expanded={open} aria-controls={whyId} onClick={() => setOpen(!open)}>
        <TrackText track={item.track_info}><Who item={item} mine={mine} /></TrackText>
      </button>
      <span className="row-actions">
        {!solo && <Upvote item={item} />}
        {mayPlay && (
          <IconButton label={say.playNow(title)} onClick={() => void client.tell({ type: "play_now", queue_item_id: item.id })}><PlayIcon /></IconButton>
        )}
        {mayMove && (
          <>
            <IconButton label={say.moveUp(title)} disabled={previous === null} onClick={() => move(previous)}><UpIcon /></IconButton>
            <IconButton label={say.moveDown(title)} disabled={afterNext === undefined} onClick={() => move(afterNext ?? null)}><DownIcon /></IconButton>
          </>
        )}
        {removable && (
          <IconButton label={say.remove(title)} onClick={() => void client.tell({ type: "remove_track", queue_item_id: item.id })}><CrossIcon /></IconButton>
        )}
      </span>
      <div className="row-why hint" id={whyId} hidden={!open}>
        {open && !solo && <p><Why item={item} /></p>}
        {open && Menu !== undefined && <Menu track={item.track_info} />}
      </div>
    </li>
  );
});

function Who({ item, mine }: { item: JamQueueItem; mine: boolean }) {
  const { solo } = useClient();
  const name = useJam((jam) => (item.added_by === null ? undefined : jam.names[item.added_by]));
  if (item.added_by === null) return <Autoplayed item={item} />;
  if (solo) return null;
  return mine ? <span className="mine">{say.you}</span> : <span>{name ?? say.someone}</span>;
}

function AddingRow({ adding, place }: { adding: Adding; place: number }) {
  return (
    <li className="row row-mine row-adding" data-testid="queue-adding">
      <span className="row-place" aria-hidden="true">{place}</span>
      <Cover track={adding.track} size="small" />
      <TrackText track={adding.track}><span className="mine">{say.adding}</span></TrackText>
    </li>
  );
}

/** Title above, artist and a word more below. */
export function TrackText({ track, children }: { track: TrackInfo; children?: ReactNode }) {
  return (
    <span className="track">
      <span className="track-title">{track.title}</span>
      <span className="track-more"><span className="track-artist">{track.artist || say.unknownArtist}</span>{children}</span>
    </span>
  );
}
