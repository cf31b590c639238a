import type { Command, Outcome } from "./outbox";
import type { ServerMessage } from "./wire.gen";

/** The picture; null when there is none, undefined when it could not be had. */
export type Picture = Blob | null | undefined;

/** A cover is asked for so often, when the host wants a pause or the answer was lost on the way. */
const tries = 5;

export interface Art {
  fetch(trackId: string): Promise<Picture>;
  answer(message: Extract<ServerMessage, { type: "art_data" }>): void;
}

/** Covers over a link that nobody reads: a soul-server is not asked for them, and not shown the seat's token. */
export function askArt(send: (command: Command) => Promise<Outcome>): Art {
  const pictures = new Map<string, Picture>();
  return {
    answer: ({ track_id, mime, data }) => void pictures.set(track_id, pictureOf(mime, data)),
    async fetch(track_id) {
      for (let n = 0; n < tries; n++) {
        const outcome = await send({ type: "art", track_id });
        // The picture comes before the ack of its question.
        const picture = pictures.get(track_id);
        if (outcome.ok && pictures.delete(track_id)) return picture;
        if (!outcome.ok && outcome.code !== "rate_limited") return outcome.code === "track_not_found" ? null : undefined;
        await new Promise((done) => setTimeout(done, outcome.ok ? 0 : (outcome.retryAfterMs ?? 1000)));
      }
      return undefined;
    },
  };
}

function pictureOf(type: string, data: string): Picture {
  try {
    return new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type });
  } catch {
    return undefined;
  }
}
