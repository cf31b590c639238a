import { join, type Bytes } from "./seal";

/** Bytes of a frame that the host sends, at most: the contract's. */
const maxFrame = 4 << 20;

const text = new TextDecoder();

/** Puts frames together that come in pieces: gives each with its last piece, null before. Throws on one that is too long. */
export function gathering(): (piece: Bytes, more: boolean) => string | null {
  let pieces: Bytes[] = [];
  let size = 0;
  return (piece, more) => {
    pieces.push(piece);
    if ((size += piece.length) > maxFrame) throw new RangeError();
    if (more) return null;
    const frame = text.decode(join(...pieces));
    [pieces, size] = [[], 0];
    return frame;
  };
}

/** The code of a close that the host said: two bytes, then a reason. What is no code of the contract counts as cut. */
export function closeCode(body: Bytes): number {
  const code = ((body[0] ?? 0) << 8) | (body[1] ?? 0);
  return code >= 4000 && code <= 4999 ? code : 1006;
}
