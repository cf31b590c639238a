import { closeCode, gathering } from "./gather";
import { byte, bytesOf, frameKind, greet, join, replyKind, type Box, type Bytes, type Terms } from "./seal";

/** The first byte of a piece. */
const last = 0, more = 1, close = 2, ping = 3, pong = 4;

/** Bytes of a frame of the jam in one piece that this end sends. */
const pieceSize = 16 << 10;

export interface PipeParts {
  write(frame: Bytes): void;
  /** The host has answered under seal. */
  onOpen(): void;
  onMessage(frame: string): void;
  /** The host's own code, or 1006 for what did not open. Called at most once. */
  onClose(code: number): void;
}

export interface Pipe {
  send(frame: string): void;
  receive(frame: Bytes): void;
  /** Nothing more is taken or told. What was sent before still goes. */
  stop(): void;
  /** Resolves once everything that can go has gone. */
  drained(): Promise<unknown>;
}

/** One sealed pipe: the first frame begins it, the others wait for the host's reply. */
export function openPipe(terms: Terms, pair: Promise<CryptoKeyPair>, { write, onOpen, onMessage, onClose }: PipeParts): Pipe {
  const greeting = pair.then((own) => greet(terms, own));
  const gather = gathering();
  let boxes: { out: Box; in: Box } | null = null;
  let replied: () => void;
  const reply = new Promise<void>((resolve) => (replied = resolve));
  let begun = false;
  let over = false;
  // WebCrypto takes its time: what goes out and what comes in stays in its order.
  let going: Promise<unknown> = greeting;
  let coming: Promise<unknown> = greeting;

  const end = (code: number) => {
    if (!over) onClose(code);
    over = true;
  };
  const broken = () => end(1006);
  const piece = (what: number, body: Bytes) => {
    const content = join(byte(what), body);
    if (begun) going = going.then(() => boxes?.out.seal(byte(frameKind), content)).then((frame) => frame && write(frame));
    else going = greeting.then((host) => host.hello(content)).then(write).then(() => reply);
    begun = true;
    going.catch(broken);
  };
  const take = (what: number | undefined, body: Bytes) => {
    switch (what) {
      case last: case more: {
        const frame = gather(body, what === more);
        if (frame !== null) onMessage(frame);
        return;
      }
      case close: return end(closeCode(body));
      case ping: return piece(pong, body);
      case pong: return;
    }
    throw new RangeError();
  };
  const open = async (frame: Bytes) => {
    if (over) return;
    if (boxes === null) {
      // Before the reply come frames that the host sent into the pipe before this one.
      if (frame[0] !== replyKind) return;
      boxes = await (await greeting).finish(frame);
      if (!over) onOpen();
      return replied();
    }
    if (frame[0] !== frameKind) throw new RangeError();
    const content = await boxes.in.open(frame, 1);
    if (!over) take(content[0], content.slice(1));
  };
  return {
    send(frame) {
      if (over) return;
      const bytes = bytesOf(frame);
      let at = 0;
      for (; bytes.length - at > pieceSize; at += pieceSize) piece(more, bytes.slice(at, at + pieceSize));
      piece(last, bytes.slice(at));
    },
    receive(frame) {
      coming = coming.then(() => open(frame));
      coming.catch(broken);
    },
    stop: () => void (over = true),
    drained: () => (boxes === null ? Promise.resolve() : going),
  };
}
