import type { ClientMessage, ErrorCode } from "./wire.gen";

/** What a person asks of the jam once seated; each is answered by ack or error. */
export type Command = Exclude<ClientMessage, { type: "join_request" | "resume" | "away" | "ping" | "search" }>;

/** How a command came out. */
export type Outcome =
  | { ok: true; seq: number }
  /** `offline`: too much waits already. `gone`: the connection is over, nobody will answer. */
  | { ok: false; code: ErrorCode | "offline" | "gone"; message: string; retryAfterMs: number | null };

/** Commands that wait for an answer; beyond it a new one is refused at once. */
export const mostWaiting = 32;

/** They mean the song that is heard now: sent later they would hit another one. */
const passing: readonly string[] = ["skip", "vote_skip", "unvote_skip"];

const offline: Outcome = { ok: false, code: "offline", message: "", retryAfterMs: null };

interface Waiting {
  command: Command & { id: string };
  settle(outcome: Outcome): void;
}

/**
 * Commands and their answers. One that the connection swallowed is sent again
 * with the same id after a resume: the host does nothing twice for one id.
 */
export class Outbox {
  private readonly waiting = new Map<string, Waiting>();
  private made = 0;
  /** Ids are unique per seat, also across reloads and tabs of it. */
  private readonly prefix = Math.floor(Math.random() * 36 ** 9).toString(36) + Date.now().toString(36);

  /** @param transmit sends now if there is a seat and a link, and tells whether it did. */
  constructor(private readonly transmit: (command: ClientMessage) => boolean) {}

  nextId(): string {
    this.made += 1;
    return `${this.prefix}-${this.made.toString(36)}`;
  }

  send(command: Command): Promise<Outcome> {
    if (this.waiting.size >= mostWaiting) return Promise.resolve(offline);
    const withId = { ...command, id: this.nextId() };
    return new Promise((settle) => {
      this.waiting.set(withId.id, { command: withId, settle });
      if (!this.transmit(withId) && passing.includes(command.type)) this.settle(withId.id, offline);
    });
  }

  /** After a resume: everything without an answer, in its order. `still`: no time has passed, the same song is heard. */
  sendAgain(still: boolean): void {
    for (const { command } of [...this.waiting.values()]) {
      if (!still && passing.includes(command.type)) this.settle(command.id, offline);
      else this.transmit(command);
    }
  }

  /** True when the answer was to one of these. */
  settle(id: string, outcome: Outcome): boolean {
    const entry = this.waiting.get(id);
    if (entry === undefined) return false;
    this.waiting.delete(id);
    entry.settle(outcome);
    return true;
  }

  /** The connection is over: nothing will be answered any more. */
  abandon(): void {
    for (const id of [...this.waiting.keys()]) {
      this.settle(id, { ok: false, code: "gone", message: "", retryAfterMs: null });
    }
  }
}
