/**
 * A link carries frames to the host and back, in order, and closes with a code.
 * It knows nothing of what the frames say. A WebSocket is one; other paths to
 * the host come beside it.
 */
export interface Link {
  /** Sends one frame. Does nothing once the link is closed. */
  send(frame: string): void;
  /** Closes from this side; handlers are not called afterwards. `now`: the page goes, nothing can be waited for. */
  close(now?: boolean): void;
  /** Nobody between this page and the host can read what it carries. */
  readonly sealed?: boolean;
  /** It passes by no soul-server: when it ends, another way is open at once. */
  readonly direct?: boolean;
  /** The host has given a seat over this link: a better way may be looked for now. */
  seated?(): void;
  /** The network or the page came back: a better way may be open again. */
  wake?(): void;
}

export interface LinkHandlers {
  /** The first frame can be sent. Again after `onAway`, when the host is back: whoever spoke before has to introduce himself anew. */
  onOpen(): void;
  onMessage(frame: string): void;
  /** The code of the close; 1006 when it was cut without one. Called at most once. */
  onClose(code: number, word?: Word): void;
  /** Said by who carries the link, not by the host: why there will be none. A close follows. */
  onHearsay?(frame: string): void;
  /** The host has gone, and the link waits for it. */
  onAway?(): void;
  /** A better way to the same host stands open. */
  onBetter?(open: OpenLink): void;
}

/** `unsealed`: the code is not the host's own word. `impostor`: who answers is not the host that the page's link is for. */
export type Word = "unsealed" | "impostor";

/** Starts a link; the handlers are called later, never from inside this call. */
export type OpenLink = (handlers: LinkHandlers) => Link;

/** What a page knows of the host once a link is sealed. */
export interface KnownHost {
  peer: string;
  /** The page's link names this host; without it soul-server's word is all there is. */
  verified: boolean;
}
