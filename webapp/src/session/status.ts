import type { Over } from "./closing";
import type { ErrorCode } from "./wire.gen";

/** Where the connection stands, for the badge and the pages. */
export type LinkStatus =
  | { phase: "idle" }
  /** On the way in; `back` when there was a seat on this page before. */
  | { phase: "connecting"; back: boolean; hostAway: boolean }
  | { phase: "joined" }
  /** Waiting to try again at `retryAt` (local clock). */
  | { phase: "waiting"; back: boolean; hostAway: boolean; retryAt: number }
  | { phase: "over"; over: Over; error: { code: ErrorCode; message: string } | null };
