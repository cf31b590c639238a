import { useEffect, useRef, type CSSProperties, type ReactNode } from "react";
import { useWakeLock } from "../jam/wakeLock";
import "./display.css";
import { driftAt, everyOnTheClock, useClock, useLong, useSwapped } from "./screenTime";

/** The page moves by a pixel or two this often, ms: too little to be seen, enough that nothing burns in. Who asks for less motion gets a step a minute. */
const stepMs = 4_000;
const calmStepMs = 60_000;

interface Props {
  title: string;
  /** Nothing is to be seen that anybody would miss: after a while it dims. */
  quiet: boolean;
  style?: CSSProperties;
  children: ReactNode;
}

/** What every state of the screen stands in: it fills the window, keeps it on, and burns nothing into it. */
export function DisplayFrame({ title, quiet, style, children }: Props) {
  const swapped = useSwapped();
  const dim = useLong(quiet);
  const page = useRef<HTMLElement>(null);
  useWakeLock(true);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return everyOnTheClock(calm ? calmStepMs : stepMs, (now) => {
      const { x, y } = driftAt(now, Math.min(innerWidth, innerHeight));
      if (page.current !== null) page.current.style.transform = `translate(${x}px, ${y}px)`;
    });
  }, []);
  return (
    <div className={`display ${dim ? "display-dim" : ""}`} style={style}>
      <main ref={page} className={`display-page ${swapped ? "display-swapped" : ""}`}>{children}</main>
    </div>
  );
}

export function Clock() {
  return <time className="display-clock">{useClock()}</time>;
}
