import { useEffect, useRef, useState } from "react";
import { jam as say } from "../sentences/en/jam";
import { positionMs } from "../session/selectors";
import { Slider } from "../ui/Slider";
import { useClient, useJam } from "./context";
import { whileSeen } from "./lifecycle";
import { clockTime } from "./time";

/** Where the sound stands, moved without rendering anything else. */
export function Progress() {
  const durationMs = useJam((jam) => jam.current?.track_info.duration_ms ?? 0);
  const maySeek = useJam((jam) => jam.permissions.can_control) && durationMs > 0;
  return maySeek ? <SeekBar durationMs={durationMs} /> : <Bar durationMs={durationMs} />;
}

/** Calls back once a second, in step with the song's own seconds, and on every change of the playback. */
function useTick(onTick: (ms: number) => void): void {
  const client = useClient();
  const playback = useJam((jam) => jam.playback);
  const itemId = useJam((jam) => jam.current?.id);
  const newest = useRef(onTick);
  useEffect(() => {
    newest.current = onTick;
  });
  useEffect(() => whileSeen(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const { jam } = client.view.get();
      if (jam === null) return;
      const ms = positionMs(jam, client.clock);
      newest.current(ms);
      if (jam.playback.playing) timer = setTimeout(tick, 1000 - (ms % 1000) + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }), [client, playback, itemId]);
}

function Bar({ durationMs }: { durationMs: number }) {
  const bar = useRef<HTMLDivElement>(null);
  const fill = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  useTick((ms) => {
    if (text.current !== null) text.current.textContent = clockTime(ms);
    if (fill.current !== null) fill.current.style.transform = `scaleX(${durationMs > 0 ? ms / durationMs : 0})`;
    bar.current?.setAttribute("aria-valuenow", String(Math.floor(ms / 1000)));
    bar.current?.setAttribute("aria-valuetext", clockTime(ms));
  });
  return (
    <div className="progress">
      <div ref={bar} className="progress-bar" role="progressbar" aria-label={say.position}
        aria-valuemin={0} aria-valuemax={Math.ceil(durationMs / 1000)} aria-valuenow={0}>
        <div ref={fill} className="progress-fill" />
      </div>
      <Times text={text} durationMs={durationMs} />
    </div>
  );
}

function SeekBar({ durationMs }: { durationMs: number }) {
  const client = useClient();
  const text = useRef<HTMLSpanElement>(null);
  const [ms, setMs] = useState(0);
  const [preview, setPreview] = useState<number | null>(null);
  useTick(setMs);
  useEffect(() => {
    if (text.current !== null) text.current.textContent = clockTime(preview ?? ms);
  }, [preview, ms]);
  return (
    <div className="progress">
      <Slider label={say.seek} value={Math.min(ms, durationMs)} max={durationMs} step={1000} say={clockTime} onPreview={setPreview}
        onRelease={(position) => {
          setMs(position);
          void client.tell({ type: "seek", position_ms: Math.round(position) });
        }} />
      <Times text={text} durationMs={durationMs} />
    </div>
  );
}

function Times({ text, durationMs }: { text: React.RefObject<HTMLSpanElement | null>; durationMs: number }) {
  return (
    <div className="progress-times">
      <span ref={text} data-testid="position" />
      <span>{durationMs > 0 ? clockTime(durationMs) : ""}</span>
    </div>
  );
}
