/**
 * A link carries frames to the host and back, in order, and closes with a code.
 * It knows nothing of what the frames say. A WebSocket is one; other paths to
 * the host come beside it.
 */
export interface Link {
  /** Sends one frame. Does nothing once the link is closed. */
  send(frame: string): void;
  /** Closes from this side; handlers are not called afterwards. */
  close(): void;
}

export interface LinkHandlers {
  onOpen(): void;
  onMessage(frame: string): void;
  /** The code of the close; 1006 when it was cut without one. Called at most once. */
  onClose(code: number): void;
}

/** Starts a link; the handlers are called later, never from inside this call. */
export type OpenLink = (handlers: LinkHandlers) => Link;
