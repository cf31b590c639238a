import type { Link, LinkHandlers, OpenLink } from "../link/link";
import { openChannel, type Channel, type Signal } from "./channel";
import type { Host } from "./host";

/** After an attempt that failed the next waits this long, ms, then twice as long; the longest wait. */
const againMs = 5_000;
const longestMs = 120_000;
/** A direct way that served is looked for again at once, but not more than once in this time, ms. */
const atOnceEveryMs = 60_000;

export interface DirectParts {
  signal(signal: Signal): void;
  /** The way stands open. */
  onBetter(open: OpenLink): void;
  /** A direct link is over. The socket that brought it about lay idle meanwhile, and may be as dead. */
  onLeft(): void;
}

export interface Direct {
  /** A link goes this way. */
  used(): boolean;
  /** The host counts attempts by socket: on a new one it knows of none. What is not open yet will not be. */
  renew(): void;
  /** There is a seat on the pipe now: looks for something better. */
  seek(host: Host): void;
  /** The network may be another one. */
  wake(): void;
  hear(signal: Signal): void;
  /** No more attempts until the next seat. */
  rest(): void;
}

/** Looks for the direct way to the host, again and again, beside the pipe. */
export function lookDirect({ signal, onBetter, onLeft }: DirectParts): Direct {
  let channel: Channel | null = null;
  let link: LinkHandlers | null = null;
  let host: Host | null = null;
  let attempt = 0;
  let failures = 0;
  let beganAt = 0;
  let seatedAt: number | null = null;
  let atOnceAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The browser has no WebRTC, or somebody between this page and the host has tried to put himself there. */
  let never = typeof RTCPeerConnection === "undefined";

  const drop = () => {
    clearTimeout(timer);
    channel?.stop();
    channel = link = null;
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(begin, failures === 0 ? 0 : Math.min(longestMs, againMs * 2 ** (failures - 1)));
  };
  const failed = () => {
    const served = seatedAt !== null && Date.now() - atOnceAt >= atOnceEveryMs;
    failures = served ? 0 : failures + 1;
    if (served) atOnceAt = Date.now();
    seatedAt = null;
    later();
  };
  const ended = (code: number, forged: boolean) => {
    never ||= forged;
    const before = link;
    channel = link = null;
    failed();
    if (before === null) return;
    onLeft();
    before.onClose(code);
  };
  const open = (its: Channel, handlers: LinkHandlers): Link => {
    const mine = () => channel === its && link === handlers;
    link = handlers;
    queueMicrotask(() => mine() && handlers.onOpen());
    return {
      sealed: true, direct: true,
      send: (frame) => mine() && its.send(frame),
      seated: () => void (seatedAt = Date.now()),
      close() {
        if (!mine()) return;
        drop();
        failed();
        onLeft();
      },
    };
  };
  function begin(): void {
    clearTimeout(timer);
    if (host === null || never || channel !== null) return;
    beganAt = Date.now();
    const nth = ++attempt;
    try {
      const its: Channel = openChannel({
        ice: host.ice, dtls: host.dtls,
        signal: (type, more) => signal({ type, attempt: nth, ...more }),
        onOpen: () => onBetter((handlers) => open(its, handlers)),
        onMessage: (frame) => channel === its && link?.onMessage(frame),
        onClose: (code, forged) => channel === its && ended(code, forged),
      });
      channel = its;
    } catch {
      never = true;
    }
  }
  return {
    used: () => link !== null,
    renew() {
      attempt = 0;
      if (link === null) drop();
    },
    seek(met) {
      host = met;
      later();
    },
    wake: () => Date.now() - beganAt >= againMs && begin(),
    hear: (said) => said.attempt === attempt && void channel?.hear(said).catch(() => undefined),
    rest() {
      host = null;
      drop();
    },
  };
}
