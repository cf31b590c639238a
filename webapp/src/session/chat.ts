import type { ChatLine } from "./wire.gen";

/** Characters, not the halves that some of them are made of. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** What tells one line from another: a line has no id of its own, and is a new object after every snapshot. */
export function keyOf({ from_id, at, message }: ChatLine): string {
  return `${at} ${from_id} ${message}`;
}

/** Lines of others since the one that was read last; all of them when that one is too long ago to be kept. Null = everything was read. */
export function unread(chat: ChatLine[], readLast: string | null, me: string | null): number {
  const at = readLast === null ? -1 : chat.findIndex((line) => keyOf(line) === readLast);
  return chat.slice(at + 1).filter((line) => line.from_id !== me).length;
}
