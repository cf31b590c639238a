import { useEffect, useReducer, useRef, useState, type RefObject } from "react";
import type { CoverSize } from "../session/covers";
import type { TrackInfo } from "../session/wire.gen";
import { useClient } from "./context";
import { Drawing, hueOf } from "./Drawing";
import { onSeen } from "./seen";

interface Props {
  track: Pick<TrackInfo, "track_id" | "has_art">;
  size: CoverSize;
  /** Whether it is seen, or will be soon, where somebody knows; else the browser is asked. */
  near?: boolean | undefined;
}

/** A cover, fetched once it is seen; a drawing of its own colour where there is none. Decoration: the title stands beside it. */
export function Cover({ track, size, near }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const url = useCover(track, size, near ?? box);
  return (
    <div ref={box} className={`cover cover-${size}`} style={hueOf(track.track_id)}>
      {typeof url === "string" ? <img src={url} alt="" draggable={false} /> : <Drawing />}
    </div>
  );
}

/** The address of a cover, or null; watched only while its box has been seen. */
function useCover(track: Props["track"], size: CoverSize, near: RefObject<HTMLElement | null> | boolean): string | null {
  const { covers } = useClient();
  const [found, setFound] = useState(false);
  const seen = typeof near === "boolean" ? near : found;
  const [, changed] = useReducer((n: number) => n + 1, 0);
  const { track_id, has_art } = track;
  const box = typeof near === "boolean" ? null : near;
  useEffect(() => (box === null || box.current === null ? undefined : onSeen(box.current, setFound)), [box]);
  useEffect(() => {
    if (!seen || !has_art) return undefined;
    const stop = covers.watch(track_id, size, changed);
    changed();
    return stop;
  }, [covers, track_id, has_art, size, seen]);
  return has_art ? (covers.peek(track_id, size) ?? null) : null;
}
