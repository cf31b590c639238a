import { memo, useCallback, useMemo, useRef, useState, type ComponentType } from "react";
import { jam as say } from "../sentences/en/jam";
import type { Adding } from "../session/adding";
import { inOrder } from "../session/queue";
import { isMine, mayRemove } from "../session/selectors";
import type { JamQueueItem } from "../session/wire.gen";
import { useClient, useJam, useView } from "./context";
import { Cover } from "./Cover";
import { useGlide } from "./glide";
import { useNear } from "./near";
import { QueueRow, type RowProps, type TrackMenu } from "./QueueRow";
import { TrackText } from "./TrackText";

/** Moves a song by pointer or keys. While it is `held` the others keep their places. */
export type MoveHandle = ComponentType<{ item: JamQueueItem; hold: (held: boolean) => void }>;

interface Props {
  /** What hosts have besides at each song. */
  Menu?: TrackMenu | undefined;
  Handle?: MoveHandle | undefined;
}

/** What plays next, in its order, with who added it. */
export function Queue({ Menu, Handle }: Props) {
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
      ) : <Rows upcoming={upcoming} adding={adding} Menu={Menu} Handle={Handle} />}
      {Handle !== undefined && <p className="unseen" aria-live="assertive" />}
    </section>
  );
}

/** Hundreds of rows, of which few change at a time: what they need to know of the jam is looked up here, once for all. */
function Rows({ upcoming, adding, Menu, Handle }: Props & { upcoming: JamQueueItem[]; adding: Adding[] }) {
  const client = useClient();
  const { solo } = client;
  const me = useJam((jam) => jam.me);
  const names = useJam((jam) => jam.names);
  const permissions = useJam((jam) => jam.permissions);
  const list = useRef<HTMLOListElement>(null);
  const [held, setHeld] = useState<string[] | null>(null);
  const order = useMemo(() => (held === null ? upcoming : inOrder(upcoming, held)), [upcoming, held]);
  const note = useGlide(list, order);
  const [from, to] = useNear(list, order);
  const hold = useCallback((hold: boolean) => {
    note();
    setHeld(hold ? (client.view.get().jam?.upcoming.map(({ id }) => id) ?? null) : null);
  }, [client, note]);
  const seat = { me, permissions };
  const nextMine = solo ? undefined : order.find((item) => isMine(seat, item));
  return (
    <ol className="rows" ref={list}>
      {order.map((item, index) => (
        <Place key={item.id} item={item} place={index + 1} Menu={Menu} Handle={permissions.can_reorder ? Handle : undefined} hold={hold}
          mine={!solo && isMine(seat, item)} nextMine={item === nextMine} by={item.added_by === null ? undefined : names[item.added_by]}
          removable={mayRemove(seat, item)} mayPlay={permissions.can_control} mayMove={permissions.can_reorder}
          near={index >= from && index < to} first={index === 0} last={index === order.length - 1} />
      ))}
      {adding.map((one, index) => <AddingRow key={`adding-${one.key}`} adding={one} place={order.length + 1 + index} />)}
    </ol>
  );
}

interface PlaceProps extends Omit<RowProps, "handled"> {
  place: number;
  Handle: MoveHandle | undefined;
  hold: (held: boolean) => void;
}

/**
 * When a song moves, all that it passes have another place: only the number of those is drawn anew. What glides is around
 * what is left out far off the screen.
 */
const Place = memo(function Place({ place, Handle, hold, ...row }: PlaceProps) {
  const { item, mine, mayMove } = row;
  return (
    <li data-testid="queue-item" data-item-id={item.id} data-mine={mine}>
      <div className={`row ${mine ? "row-mine" : ""} ${mayMove ? "row-full" : ""}`}>
        {Handle !== undefined && <Handle item={item} hold={hold} />}
        <span className="row-place" aria-hidden="true">{place}</span>
        <QueueRow {...row} handled={Handle !== undefined} />
      </div>
    </li>
  );
});

function AddingRow({ adding, place }: { adding: Adding; place: number }) {
  return (
    <li data-testid="queue-adding">
      <div className="row row-mine row-adding">
        <span className="row-place" aria-hidden="true">{place}</span>
        <Cover track={adding.track} size="small" />
        <TrackText track={adding.track}><span className="mine">{say.adding}</span></TrackText>
      </div>
    </li>
  );
}
