import type { KnownHost, Link, LinkHandlers, OpenLink } from "./link";
import { openWebSocket, plainProtocol } from "./ws";

/** Whom a page wants to meet, and where. */
export interface Meeting {
  url: string;
  code: string;
  /** The key of the jam's link; null for a typed code. */
  key: string | null;
}

/** The ways to a host by way of a soul-server. */
export interface SoulServer {
  host(): KnownHost | null;
  /** @param link is made to be the link; what it was does not matter. */
  open(handlers: LinkHandlers, link: Link): Link;
}

/** How to open links to one host, and who that is. */
export interface Remote {
  open: OpenLink;
  /** The host at the other end of a sealed link; null before, and on other links. */
  host(): KnownHost | null;
}

/** Without WebCrypto, on a page that came over plain http, nothing can be sealed. */
export const canSeal = () => (globalThis.crypto as Crypto | undefined)?.subtle !== undefined;

/** The ways to a host from a page that may be the host's own or a soul-server's. What can seal is in a part of its own, asked for when the page is. */
export function remote(meeting: Meeting, load: () => Promise<(meeting: Meeting) => SoulServer>): Remote {
  let server: SoulServer | null = null;
  return {
    host: () => server?.host() ?? null,
    open(handlers) {
      if (!canSeal()) return openWebSocket(new WebSocket(meeting.url, plainProtocol), handlers);
      let gone = false;
      const link: Link = { send: () => undefined, close: () => void (gone = true) };
      if (server !== null) return server.open(handlers, link);
      load().then(
        (serve) => gone || (server ??= serve(meeting)).open(handlers, link),
        () => gone || handlers.onClose(1006),
      );
      return link;
    },
  };
}
