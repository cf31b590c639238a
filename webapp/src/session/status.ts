import type { Over } from "./closing";
import type { ErrorCode, Recap } from "./wire.gen";

/** Where the connection stands, for the badge and the pages. */
export type LinkStatus =
  | { phase: "idle" }
  /** On the way in; `back` when there was a seat on this page before. */
  | { phase: "connecting"; back: boolean; hostAway: boolean }
  /** In the waiting room: a host decides. */
  | { phase: "pending" }
  /** `sealed`: nobody between this page and the host reads along. */
  | { phase: "joined"; sealed?: true }
  /** Waiting to try again at `retryAt` (local clock); `tooFast`: the host asked for the wait. */
  | { phase: "waiting"; back: boolean; hostAway: boolean; retryAt: number; tooFast: boolean }
  /** `reason`: the host's words to who was removed or turned away, when there are any. */
  | { phase: "over"; over: Over; error: { code: ErrorCode; message: string } | null; reason: string | null };

/** How the jam ended. */
export interface End {
  reason: string | null;
  /** Null when nothing is known of it any more. */
  recap: Recap | null;
  /** The code of the jam that goes on with the music of the host's own session. */
  followedBy?: string | undefined;
}
