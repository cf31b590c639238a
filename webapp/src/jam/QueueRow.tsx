import { memo, useId, useState, type ComponentType } from "react";
import { jam as say } from "../sentences/en/jam";
import type { JamQueueItem, TrackInfo } from "../session/wire.gen";
import { IconButton } from "../ui/Button";
import { CrossIcon, DownIcon, PlayIcon, UpIcon } from "../ui/icons";
import { useClient } from "./context";
import { Cover } from "./Cover";
import { Autoplayed } from "./NowPlaying";
import { TrackText } from "./TrackText";
import { Upvote } from "./Upvote";
import { Wait } from "./Wait";
import { Why } from "./Why";

/** What can be done with a song besides. */
export type TrackMenu = ComponentType<{ track: TrackInfo }>;

/** What a row shows and offers. Nothing in it changes when other songs move, but at the ends of the list. */
export interface RowProps {
  item: JamQueueItem;
  Menu: TrackMenu | undefined;
  mine: boolean;
  /** The first of one's own: it says when it plays. */
  nextMine: boolean;
  /** Who added it, where that is known. */
  by: string | undefined;
  removable: boolean;
  mayPlay: boolean;
  mayMove: boolean;
  /** It has a handle to be moved by: the buttons that do that, too, stand aside. */
  handled: boolean;
  /** It is seen, or will be soon. */
  near: boolean;
  first: boolean;
  last: boolean;
}

/** All of a row but its place. */
export const QueueRow = memo(function QueueRow(props: RowProps) {
  const { item, Menu, near, removable, mayPlay, mayMove, handled } = props;
  const client = useClient();
  const { solo } = client;
  const [open, setOpen] = useState(false);
  const whyId = useId();
  const { title } = item.track_info;
  return (
    <>
      <Cover track={item.track_info} size="small" near={near} />
      <button type="button" className="track-button" aria-expanded={open} aria-controls={whyId} onClick={() => setOpen(!open)}>
        <TrackText track={item.track_info}><Who {...props} /></TrackText>
      </button>
      <span className="row-actions">
        {!solo && <Upvote item={item} />}
        {mayPlay && (
          <IconButton label={say.playNow(title)} onClick={() => void client.tell({ type: "play_now", queue_item_id: item.id })}><PlayIcon /></IconButton>
        )}
        {mayMove && !handled && <Moves {...props} />}
        {removable && (
          <IconButton label={say.remove(title)} onClick={() => void client.tell({ type: "remove_track", queue_item_id: item.id })}><CrossIcon /></IconButton>
        )}
      </span>
      <div className="row-why hint" id={whyId} hidden={!open}>
        {open && !solo && <p><Why item={item} /></p>}
        {open && mayMove && handled && <Moves {...props} />}
        {open && Menu !== undefined && <Menu track={item.track_info} />}
      </div>
    </>
  );
});

/** One place up or down, for those to whom a handle is of no use. */
function Moves({ item: { id, track_info }, first, last }: RowProps) {
  const client = useClient();
  const move = (before: (at: number) => number) => {
    const { upcoming = [] } = client.view.get().jam ?? {};
    const to = before(upcoming.findIndex((item) => item.id === id));
    void client.tell({ type: "reorder", queue_item_id: id, before: upcoming[to]?.id ?? null });
  };
  return (
    <>
      <IconButton label={say.moveUp(track_info.title)} disabled={first} onClick={() => move((at) => at - 1)}><UpIcon /></IconButton>
      <IconButton label={say.moveDown(track_info.title)} disabled={last} onClick={() => move((at) => at + 2)}><DownIcon /></IconButton>
    </>
  );
}

function Who({ item, mine, nextMine, by }: RowProps) {
  const { solo } = useClient();
  if (item.added_by === null) return <Autoplayed item={item} />;
  if (solo) return null;
  if (!mine) return <span>{by ?? say.someone}</span>;
  return <><span className="mine">{say.you}</span>{nextMine && <Wait itemId={item.id} />}</>;
}
