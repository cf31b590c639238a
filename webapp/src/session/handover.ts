import type { Link, LinkHandlers, OpenLink } from "../link/link";
import { readFrame } from "./frame";
import { limits, type ClientMessage, type ServerMessage } from "./wire.gen";

/** The host takes the seat over to the new link within this, ms, or everything stays as it was. */
export const handoverWithinMs = 5_000;

export interface HandoverParts {
  /** What brings the seat over; null when it is to stay. */
  introduce(): ClientMessage | null;
  /** The seat is on the new link: these are its first messages. */
  taken(link: Link, messages: ServerMessage[]): void;
  failed(code?: number): void;
  /** A link that stood open was not needed any more. */
  unneeded(): void;
  /** What a link that was taken says later. */
  handlers(link: Link): LinkHandlers;
}

export interface Handover {
  underWay(): boolean;
  start(open: OpenLink): void;
  /** Everything stays as it is. */
  cancel(): void;
}

/** Moves a seat from one link to a better one while the first goes on carrying. */
export function handOver(parts: HandoverParts): Handover {
  let trying: Link | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const forget = () => {
    clearTimeout(timer);
    trying = null;
  };
  const cancel = () => {
    const link = trying;
    forget();
    link?.close();
  };
  const fail = (code?: number) => {
    cancel();
    parts.failed(code);
  };
  return {
    underWay: () => trying !== null,
    cancel,
    start(open) {
      cancel();
      const link: Link = open({
        onOpen() {
          if (trying !== link) return parts.handlers(link).onOpen();
          const message = parts.introduce();
          if (message !== null) return link.send(JSON.stringify(message));
          cancel();
          parts.unneeded();
        },
        onMessage(frame) {
          if (trying !== link) return parts.handlers(link).onMessage(frame);
          const messages = readFrame(frame);
          if (messages.some(({ type }) => type === "joined" || type === "resumed")) {
            forget();
            parts.taken(link, messages);
          } else if (messages.some(({ type }) => type === "error" || type === "bye")) fail();
        },
        onClose: (code, word) => (trying === link ? fail(code) : parts.handlers(link).onClose(code, word)),
        onHearsay: (frame) => trying !== link && parts.handlers(link).onHearsay?.(frame),
        onAway: () => (trying === link ? fail(limits.closeHostAway) : parts.handlers(link).onAway?.()),
        onBetter: (better) => trying !== link && parts.handlers(link).onBetter?.(better),
      });
      trying = link;
      timer = setTimeout(() => fail(), handoverWithinMs);
    },
  };
}
