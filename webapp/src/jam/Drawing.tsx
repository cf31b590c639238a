import type { CSSProperties } from "react";
import "./cover.css";

/** A colour that belongs to the track, for the drawing and the glow. */
export function hueOf(trackId: string): CSSProperties {
  let hash = 7;
  for (let i = 0; i < trackId.length; i++) hash = (hash * 31 + trackId.charCodeAt(i)) % 997;
  return { "--hue": 230 + (hash % 160) } as CSSProperties;
}

/** A record, seen from above. */
export function Drawing() {
  return (
    <svg viewBox="0 0 100 100" aria-hidden="true" focusable="false" className="drawing">
      <rect width="100" height="100" className="drawing-ground" />
      <circle cx="50" cy="50" r="36" className="drawing-disc" />
      <g fill="none" className="drawing-groove"><circle cx="50" cy="50" r="31" /><circle cx="50" cy="50" r="26" /><circle cx="50" cy="50" r="21" /></g>
      <circle cx="50" cy="50" r="12" className="drawing-label" />
      <circle cx="50" cy="50" r="2" className="drawing-hole" />
    </svg>
  );
}
