import { createCipheriv, createDecipheriv, createECDH, createHash, hkdfSync, randomBytes, type ECDH } from "node:crypto";
import { HostClock } from "../session/clock";
import { Connection } from "../session/connection";
import type { Seat } from "../session/seat";
import type { LinkStatus } from "../session/status";
import type { ClientMessage, ServerMessage } from "../session/wire.gen";
import { remote, type Remote } from "../link/remote";
import { meetAt } from "../remote/soulServer";
import { fakeMember, fakeSeats } from "./host";

/** The page's end of a WebSocket at soul-server, which the test plays. */
export class SoulSocket {
  static readonly OPEN = 1;
  static all: SoulSocket[] = [];
  static last(): SoulSocket {
    const socket = SoulSocket.all[SoulSocket.all.length - 1];
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }
  readyState = 0;
  protocol = "";
  binaryType = "blob";
  texts: Record<string, unknown>[] = [];
  frames: Buffer[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string, readonly offered: string | string[]) {
    SoulSocket.all.push(this);
  }
  send(data: string | Uint8Array) {
    if (this.readyState !== 1) throw new Error("the socket is not open");
    if (typeof data === "string") this.texts.push(JSON.parse(data) as Record<string, unknown>);
    else this.frames.push(Buffer.from(data));
  }
  close() {
    this.readyState = 3;
  }
  accept(protocol = "jam.signal.v1") {
    [this.readyState, this.protocol] = [1, protocol];
    this.onopen?.();
  }
  tell(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  carry(frame: Buffer) {
    this.onmessage?.({ data: new Uint8Array(frame).buffer });
  }
  cut(code: number) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();
const nonceOf = (counter: number) => {
  const iv = Buffer.alloc(12);
  iv.writeBigUInt64BE(BigInt(counter), 4);
  return iv;
};
function seal(key: Buffer, counter: number, head: Buffer, piece: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(counter)).setAAD(head);
  return Buffer.concat([head, cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}
function unseal(key: Buffer, counter: number, frame: Buffer, head: number): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(counter)).setAAD(frame.subarray(0, head)).setAuthTag(frame.subarray(-16));
  return Buffer.concat([decipher.update(frame.subarray(head, -16)), decipher.final()]);
}
const own = (): ECDH => {
  const key = createECDH("prime256v1");
  key.generateKeys();
  return key;
};

/** The host's end of pipes, written apart from the page's. */
export class HostEnd {
  readonly dtls = [...randomBytes(32)].map((b) => b.toString(16).padStart(2, "0").toUpperCase()).join(":");
  readonly secret = randomBytes(16);
  readonly nonce = randomBytes(16);
  readonly bundle: string;
  readonly key: string;
  private readonly long = own();
  private keys: { guest: Buffer; host: Buffer } | null = null;
  private counters = { in: 0, out: 1 };

  constructor(readonly code = "HQRS-2K4M", readonly peer = "12D3KooWHost") {
    this.bundle = JSON.stringify({ v: 1, code, dtls: this.dtls, seal: this.long.getPublicKey().toString("base64url"), peer });
    this.key = Buffer.concat([sha256(this.bundle).subarray(0, 16), this.secret]).toString("base64url");
  }

  hello(): object {
    return { type: "host", bundle: this.bundle, signature: "", nonce: this.nonce.toString("base64url"), ice: [{ urls: ["stun:soul.example:3478"] }] };
  }

  /** Answers a HELLO: what it carried, and the reply. Throws on one that does not open. */
  accept(frame: Buffer): { first: ClientMessage; mode: number; reply: Buffer } {
    const [mode, guest] = [frame[1] ?? 9, frame.subarray(2, 67)];
    const psk = mode === 1 ? this.secret : Buffer.alloc(16);
    const es = this.long.computeSecret(guest);
    const salt = sha256(this.bundle);
    const derive = (secrets: Buffer[], text: string, keys: Buffer[], size: number) =>
      Buffer.from(hkdfSync("sha256", Buffer.concat(secrets), salt, Buffer.concat([Buffer.from(`soul-jam pipe v1 ${text}`), this.nonce, ...keys]), size));
    const piece = unseal(derive([es, psk], "hello", [guest], 32), 0, frame, 67);
    const short = own();
    const both = derive([es, short.computeSecret(guest), psk], "frames", [guest, short.getPublicKey()], 64);
    this.keys = { guest: both.subarray(0, 32), host: both.subarray(32) };
    this.counters = { in: 0, out: 1 };
    const reply = seal(this.keys.host, 0, Buffer.concat([Buffer.from([2]), short.getPublicKey()]), Buffer.alloc(0));
    return { first: JSON.parse(piece.subarray(1).toString()) as ClientMessage, mode, reply };
  }

  sealed(kind: number, body: Buffer): Buffer {
    if (this.keys === null) throw new Error("no pipe");
    return seal(this.keys.host, this.counters.out++, Buffer.from([0]), Buffer.concat([Buffer.from([kind]), body]));
  }

  /** A frame of the jam as one piece. */
  frame(...messages: ServerMessage[]): Buffer {
    return this.sealed(0, Buffer.from(JSON.stringify(messages)));
  }

  closing(code: number): Buffer {
    return this.sealed(2, Buffer.from([code >> 8, code & 255]));
  }

  opened(frame: Buffer): ClientMessage {
    if (this.keys === null) throw new Error("no pipe");
    return JSON.parse(unseal(this.keys.guest, this.counters.in++, frame, 1).subarray(1).toString()) as ClientMessage;
  }
}

/** A page's connection by way of a soul-server. */
export function remotePage(key: string | null, seat: Seat | null = null, code = "HQRS-2K4M") {
  const seats = fakeSeats(seat);
  const statuses: LinkStatus[] = [];
  const got: ServerMessage[] = [];
  const way: Remote = remote({ url: "wss://soul.example/ws/jam/HQRS-2K4M", code, key }, async () => meetAt);
  const connection = new Connection({
    open: way.open, seats, member: fakeMember(), clock: new HostClock(), random: () => 0, visible: () => true,
    lastSeq: () => (got.length === 0 ? null : 10), onMessages: (messages) => void got.push(...messages), onStatus: (status) => void statuses.push(status),
  });
  return { connection, seats, statuses, got, way, status: () => statuses[statuses.length - 1] };
}

/** Of the machine, whatever a test has made of the page's clock. */
const [realTimeout, realNow] = [setTimeout, () => performance.now()];

/** WebCrypto and promises have their turn: for what is expected not to happen. */
export const settle = () => new Promise<void>((done) => void realTimeout(done, 10));

/** Waits until it is so. */
export async function until(so: () => boolean): Promise<void> {
  const end = realNow() + 5_000;
  while (!so() && realNow() < end) await new Promise((done) => setImmediate(done));
  if (!so()) throw new Error("it never was so");
}
