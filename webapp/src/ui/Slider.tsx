import { useEffect, useRef, useState, type CSSProperties } from "react";

interface Props {
  label: string;
  value: number;
  max: number;
  step: number;
  /** The value in words, e.g. "2:34". */
  say(value: number): string;
  /** Each value on the way, at most one every `everyMs`; the last one always comes. */
  onSlide?: (value: number) => void;
  /** The value on which the hand let go. */
  onRelease?: (value: number) => void;
  everyMs?: number;
  /** Called while the hand is on it, to show the value elsewhere; null when it let go. */
  onPreview?: (value: number | null) => void;
}

/** The hand's value stands this long after it let go, ms: until then the given one may be older than it. */
const settleMs = 1000;

/** A range that shows the hand's value while it is held, and the given one otherwise. */
export function Slider({ label, value, max, step, say, onSlide, onRelease, onPreview, everyMs = 150 }: Props) {
  const [held, setHeld] = useState<number | null>(null);
  const grabbed = useRef(false);
  const settling = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(settling.current), []);
  const shown = held ?? value;
  const throttled = useThrottle(onSlide, everyMs);
  const release = () => {
    if (held === null || !grabbed.current) return;
    grabbed.current = false;
    settling.current = setTimeout(() => setHeld(null), settleMs);
    onPreview?.(null);
    onRelease?.(held);
  };
  const filled = { "--filled": max > 0 ? shown / max : 0 } as CSSProperties;
  return (
    <input
      type="range" className="slider" style={filled} aria-label={label} aria-valuetext={say(shown)}
      min={0} max={max} step={step} value={shown}
      onChange={(event) => {
        const next = Number(event.target.value);
        grabbed.current = true;
        clearTimeout(settling.current);
        setHeld(next);
        onPreview?.(next);
        throttled(next);
      }}
      onPointerUp={release} onPointerCancel={release} onKeyUp={release} onBlur={release}
    />
  );
}

function useThrottle(send: ((value: number) => void) | undefined, everyMs: number): (value: number) => void {
  const newest = useRef(send);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const next = useRef<number | null>(null);
  useEffect(() => {
    newest.current = send;
  });
  return (value) => {
    next.current = value;
    if (timer.current !== null) return;
    const flush = () => {
      timer.current = null;
      if (next.current === null) return;
      newest.current?.(next.current);
      next.current = null;
      timer.current = setTimeout(flush, everyMs);
    };
    flush();
  };
}
