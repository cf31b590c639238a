import type { KnownHost, Link, LinkHandlers } from "../link/link";
import type { Meeting, SoulServer } from "../link/remote";
import { openWebSocket, plainProtocol } from "../link/ws";
import type { Signal } from "./channel";
import { lookDirect } from "./direct";
import { readHost, type Host } from "./host";
import { openPipe, type Pipe } from "./pipe";
import { newPair } from "./seal";

/** Text frames are signaling, binary ones a sealed pipe to the host. */
const signalProtocol = "jam.signal.v1";

/** A link that the page has over the pipe. */
interface Way {
  handlers: LinkHandlers;
  link: Link;
  pipe: Pipe | null;
  /** The host has answered under seal: from now on nobody else is believed. */
  known: boolean;
}

/** One page's socket at a soul-server: the pipes on it, and what leads to a direct way beside it. */
export function meetAt({ url, code, key }: Meeting): SoulServer {
  let socket: WebSocket | null = null;
  /** The host on this socket; null while it is away. */
  let met: Host | null = null;
  let known: KnownHost | null = null;
  let way: Way | null = null;
  /** Made before it is needed. */
  let pair = newPair();
  let texts = Promise.resolve();
  const direct = lookDirect({
    signal: (signal) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(signal)),
    onBetter: (open) => way?.handlers.onBetter?.(open),
    onLeft: () => way === null && hangUp(true),
  });

  function hangUp(rest = false, after?: Promise<unknown>): void {
    if (rest) direct.rest();
    const its = socket;
    socket = met = null;
    const close = () => its?.close();
    if (after === undefined) close();
    else void after.then(close, close);
  }

  function dial(): void {
    hangUp();
    const its = new WebSocket(url, [signalProtocol, plainProtocol]);
    socket = its;
    direct.renew();
    way?.pipe?.stop();
    if (way !== null) way.pipe = null;
    its.binaryType = "arraybuffer";
    its.onopen = () => socket === its && its.protocol !== signalProtocol && plain(its);
    its.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (socket !== its) return;
      if (data instanceof ArrayBuffer) way?.pipe?.receive(new Uint8Array(data));
      else texts = texts.then(() => hear(its, String(data))).catch(() => undefined);
    };
    its.onclose = (close) => {
      if (socket !== its) return;
      hangUp();
      // While the page speaks to the host directly nobody misses it.
      way?.handlers.onClose(way.known ? 1006 : close.code, "unsealed");
    };
  }

  /** The host's own page, or a soul-server that does not seal. Who has the link has it from a host that seals, and who sealed before does so again. */
  function plain(its: WebSocket): void {
    if (key !== null || known !== null) return impostor();
    socket = null;
    if (way === null) return;
    const { link, handlers } = way;
    Object.assign(link, openWebSocket(its, handlers), { sealed: false });
    way = null;
    handlers.onOpen();
  }

  function impostor(): void {
    hangUp();
    way?.handlers.onClose(1006, "impostor");
  }

  async function hear(its: WebSocket, text: string): Promise<void> {
    if (socket !== its) return;
    const message = JSON.parse(text) as Record<string, unknown>;
    switch (message["type"]) {
      case "host": {
        const host = await readHost(message, code, key);
        return socket === its ? meet(host) : undefined;
      }
      case "host_status": return message["status"] === "offline" ? missed() : undefined;
      case "error": return way?.known === false ? way.handlers.onHearsay?.(text) : undefined;
    }
    direct.hear(message as Signal);
  }

  function meet(host: Host | null): void {
    if (host === null) {
      // Who is in touch with the host already need not care what else soul-server says.
      return way?.pipe === null ? impostor() : undefined;
    }
    met = host;
    known = { peer: host.peer, verified: host.secret !== null };
    // A new nonce alone ends no pipe.
    if (way?.pipe === null) begin(way);
  }

  /** The host's own socket is gone. Soul-server tells when it is back. */
  function missed(): void {
    met = null;
    if (way === null) return;
    way.pipe?.stop();
    way.pipe = null;
    direct.rest();
    way.handlers.onAway?.();
  }

  function begin(its: Way): void {
    const on = socket;
    if (met === null || on === null) return;
    const pipe = openPipe(met, pair, {
      write: (frame) => on.readyState === WebSocket.OPEN && on.send(frame),
      onOpen: () => void (its.known = true),
      onMessage: its.handlers.onMessage,
      onClose: its.handlers.onClose,
    });
    pair = newPair();
    its.pipe = pipe;
    its.handlers.onOpen();
  }

  /** The page has no use for the pipe any more. A closed socket tells the host at once; what was said before still goes, if there is time. */
  function leave(now = false): void {
    const pipe = way?.pipe;
    pipe?.stop();
    way = null;
    if (!direct.used()) hangUp(true, now ? undefined : pipe?.drained());
  }

  return {
    host: () => known,
    open(handlers, link) {
      way?.pipe?.stop();
      const mine = () => way === its;
      Object.assign(link, {
        sealed: true,
        send: (frame) => mine() && its.pipe?.send(frame),
        seated: () => mine() && met !== null && direct.seek(met),
        wake: () => direct.wake(),
        close: (now) => mine() && leave(now),
      } satisfies Link);
      const its: Way = { handlers, link, pipe: null, known: false };
      way = its;
      dial();
      return link;
    },
  };
}
