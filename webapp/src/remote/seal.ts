/** The algorithms and frames of the sealed pipe, as hostd/link/relayed describes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The first byte of a binary frame. */
export const frameKind = 0, helloKind = 1, replyKind = 2;

const curve = { name: "ECDH", namedCurve: "P-256" };
const pointSize = 65;
const keySize = 32;
const utf8 = new TextEncoder();

export const bytesOf = (text: string): Bytes => utf8.encode(text);

export const byte = (...values: number[]): Bytes => new Uint8Array(values);

export function join(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Throws on what is no base64url of that many bytes. */
export function base64url(text: unknown, size: number): Bytes {
  const bytes = Uint8Array.from(atob(String(text).replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  if (bytes.length !== size) throw new RangeError();
  return bytes;
}

export const readPoint = (text: unknown) => base64url(text, pointSize);

export async function sha256(text: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text)));
}

/** A key for one pipe; it never leaves the browser. */
export const newPair = () => crypto.subtle.generateKey(curve, false, ["deriveBits"]) as Promise<CryptoKeyPair>;

async function agree(own: CryptoKey, other: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", other, curve, false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: key }, own, keySize * 8));
}

async function derive(secret: Bytes, salt: Bytes, info: Bytes, size: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, size * 8));
}

/** Seals or opens what goes one way. Both ends count: what is lost, doubled, out of order or changed does not open. */
export interface Box {
  seal(head: Bytes, piece: Bytes): Promise<Bytes>;
  /** The piece behind a head of that size. Rejects on what does not open. */
  open(frame: Bytes, head: number): Promise<Bytes>;
}

export async function makeBox(raw: Bytes): Promise<Box> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  let counter = 0;
  const next = (additionalData: Bytes): AesGcmParams => {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setBigUint64(4, BigInt(counter++));
    return { name: "AES-GCM", iv, additionalData };
  };
  return {
    seal: async (head, piece) => join(head, new Uint8Array(await crypto.subtle.encrypt(next(head), key, piece))),
    open: async (frame, head) => new Uint8Array(await crypto.subtle.decrypt(next(frame.slice(0, head)), key, frame.slice(head))),
  };
}

/** What both ends of a pipe know beforehand. */
export interface Terms {
  /** SHA-256 of the bundle's text. */
  salt: Bytes;
  /** The bundle's key. */
  seal: Bytes;
  nonce: Bytes;
  /** The link's join secret; null for a typed code. */
  secret: Bytes | null;
}

/** A pipe that is being begun. */
export interface Greeting {
  hello(piece: Bytes): Promise<Bytes>;
  /** Rejects on a reply that is not the host's. */
  finish(reply: Bytes): Promise<{ out: Box; in: Box }>;
}

export async function greet({ salt, seal, nonce, secret }: Terms, pair: CryptoKeyPair): Promise<Greeting> {
  const own = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const es = await agree(pair.privateKey, seal);
  const psk = secret ?? new Uint8Array(16);
  const info = (text: string, ...keys: Bytes[]) => join(bytesOf(`soul-jam pipe v1 ${text}`), nonce, ...keys);
  return {
    async hello(piece) {
      const box = await makeBox(await derive(join(es, psk), salt, info("hello", own), keySize));
      return box.seal(join(byte(helloKind, secret === null ? 0 : 1), own), piece);
    },
    async finish(reply) {
      const host = reply.slice(1, 1 + pointSize);
      const keys = await derive(join(es, await agree(pair.privateKey, host), psk), salt, info("frames", own, host), 2 * keySize);
      const boxes = { out: await makeBox(keys.slice(0, keySize)), in: await makeBox(keys.slice(keySize)) };
      // It seals nothing: that it opens is what it says.
      await boxes.in.open(reply, 1 + pointSize);
      return boxes;
    },
  };
}
