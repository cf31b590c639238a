import type { JamQueueItem, NowPlayingMessage } from "./wire.gen";
import { limits } from "./wire.gen";

/** The queue as the pages use it: what was, what is, what will be. */
export interface Queue {
  played: JamQueueItem[];
  current: JamQueueItem | null;
  upcoming: JamQueueItem[];
}

/** Splits the queue of a snapshot. With nothing playing, what has a time of playing is past. */
export function splitQueue(queue: JamQueueItem[], currentIndex: number): Queue {
  const current = queue[currentIndex] ?? null;
  if (current !== null) {
    return { played: queue.slice(0, currentIndex), current, upcoming: queue.slice(currentIndex + 1) };
  }
  return {
    played: queue.filter((item) => item.played_at !== null),
    current: null,
    upcoming: queue.filter((item) => item.played_at === null),
  };
}

/** Puts an item among the upcoming ones; one that is there already is moved. */
export function insertAt(upcoming: JamQueueItem[], item: JamQueueItem, position: number): JamQueueItem[] {
  const rest = upcoming.filter((other) => other.id !== item.id);
  const at = Math.min(Math.max(0, position), rest.length);
  return [...rest.slice(0, at), item, ...rest.slice(at)];
}

/** The order that the host tells. Ids that are not here are passed over; items it does not name stay behind the rest. */
export function inOrder(upcoming: JamQueueItem[], order: string[]): JamQueueItem[] {
  const byId = new Map(upcoming.map((item) => [item.id, item]));
  const named: JamQueueItem[] = [];
  for (const id of order) {
    const item = byId.get(id);
    if (item !== undefined && byId.delete(id)) named.push(item);
  }
  return [...named, ...byId.values()];
}

/** An item begins, or silence does; what played before becomes past. */
export function advance(queue: Queue, { item }: NowPlayingMessage): Queue {
  const { current } = queue;
  const same = current !== null && item !== null && current.id === item.id;
  const played = current === null || same ? queue.played : [...queue.played, current].slice(-limits.playedShown);
  const upcoming = item === null ? queue.upcoming : queue.upcoming.filter((other) => other.id !== item.id);
  return { played, current: item, upcoming };
}
