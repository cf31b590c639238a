import { memo, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useClient } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import type { JamClient } from "../session/client";
import type { JamQueueItem } from "../session/wire.gen";
import { GripIcon } from "./GripIcon";
import { Lift } from "./lift";

/** A pointer that moves less than this only presses, px. */
const slack = 4;

interface Props {
  item: JamQueueItem;
  /** The others keep their places while this is so. */
  hold: (held: boolean) => void;
}

/** What a song is moved by: dragged, or picked up by a press and moved by the arrow keys. */
export const Handle = memo(function Handle({ item: { id, track_info: { title } }, hold }: Props) {
  const client = useClient();
  const button = useRef<HTMLButtonElement>(null);
  const lift = useRef<Lift | null>(null);
  const start = useRef<number | null>(null);
  const dragged = useRef(false);
  const [lifted, setLifted] = useState(false);
  const tell = (text: string) => {
    const said = button.current?.closest("section")?.querySelector("[aria-live]");
    if (said != null) said.textContent = text;
  };
  const pick = () => {
    const row = button.current?.closest("li");
    if (row == null || lift.current !== null) return;
    lift.current = new Lift(row);
    hold(true);
    setLifted(true);
  };
  /** The list is in its own order again. */
  const put = () => {
    const put = lift.current;
    lift.current = null;
    hold(false);
    put?.put();
    setLifted(false);
  };
  const takeBack = () => {
    if (!lifted) return;
    put();
    tell(say.putBack(title));
  };
  const drop = async () => {
    const { at, of, before, moved } = lift.current?.target ?? { at: 0, of: 0, before: null, moved: false };
    if (!moved) return takeBack();
    setLifted(false);
    tell(say.putDown(title, at + 1, of));
    lift.current?.rest();
    const outcome = await client.tell({ type: "reorder", queue_item_id: id, before });
    if (outcome.ok) await reached(client, outcome.seq);
    put();
  };
  const goTo = (change: (at: number, of: number) => number) => {
    if (lift.current === null) return;
    const { at, of } = lift.current.target;
    lift.current.goTo(change(at, of));
    tell(say.place(title, lift.current.target.at + 1, of));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!lifted) return;
    const way = ways[event.key];
    if (way !== undefined) goTo(way);
    else if (event.key === "Escape") takeBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    dragged.current = false;
    if (event.button !== 0 || !event.isPrimary || lift.current !== null) return;
    start.current = event.clientY;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = ({ clientY }: PointerEvent) => {
    if (start.current === null || (!dragged.current && Math.abs(clientY - start.current) < slack)) return;
    if (!dragged.current) {
      pick();
      lift.current?.follow(start.current);
    }
    dragged.current = true;
    lift.current?.follow(clientY);
  };
  const onPointerEnd = (event: PointerEvent) => {
    if (start.current === null) return;
    start.current = null;
    if (!dragged.current) return;
    if (event.type === "pointerup") void drop();
    else takeBack();
  };
  const onClick = () => {
    // The end of a drag counts as a click, too.
    if (dragged.current) dragged.current = false;
    else if (lifted) void drop();
    else {
      pick();
      button.current?.focus();
      const { at, of } = lift.current?.target ?? { at: 0, of: 0 };
      tell(say.pickedUp(title, at + 1, of));
    }
  };
  // The song plays now, or is gone.
  useEffect(() => () => {
    if (lift.current === null) return;
    lift.current.put();
    lift.current = null;
    hold(false);
  }, [hold]);
  return (
    <button ref={button} type="button" className="icon-button handle" aria-label={say.move(title)} title={say.moveHint} aria-pressed={lifted} onClick={onClick} onKeyDown={onKeyDown}
      onBlur={() => start.current === null && takeBack()} onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerEnd} onPointerCancel={onPointerEnd}>
      <GripIcon />
    </button>
  );
});

const ways: Record<string, (at: number, of: number) => number> = {
  ArrowUp: (at) => at - 1, ArrowDown: (at) => at + 1, Home: () => 0, End: (_at, of) => of - 1,
};

/** Until the event of that number is part of the jam: the answer to a command may come before what it changed. */
function reached({ view }: JamClient, seq: number): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if ((view.get().jam?.lastSeq ?? seq) < seq) return;
      stop();
      done();
    };
    const stop = view.subscribe(look);
    look();
  });
}
