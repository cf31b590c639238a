import type { Link, OpenLink } from "../link/link";
import type { HostClock } from "./clock";
import { backoffMs, LastWords, type Over } from "./closing";
import { readFrame } from "./frame";
import { Heartbeat } from "./heartbeat";
import { disowned, introduction, keepEnded, keepSeat, type Arrival, type Credentials } from "./introduction";
import { Outbox } from "./outbox";
import type { LinkStatus } from "./status";
import { limits, type ClientMessage, type ErrorMessage, type ServerMessage } from "./wire.gen";

export interface ConnectionParts extends Credentials {
  open: OpenLink;
  clock: HostClock;
  visible(): boolean;
  random(): number;
  /** All messages of one frame, after the connection took what concerns it. */
  onMessages(messages: ServerMessage[]): void;
  onStatus(status: LinkStatus): void;
}

/** The host answers a handshake within this, or the link is dropped, ms. */
export const handshakeWithinMs = 10_000;

/** Join, resume, acknowledge, reconnect: the machine between a link and a jam. */
export class Connection {
  readonly outbox: Outbox;
  private readonly heartbeat: Heartbeat;
  private link: Link | null = null;
  private phase: LinkStatus["phase"] = "idle";
  private arrival: Arrival | null = null;
  private asked: "join_request" | "resume" | "watch" | null = null;
  private failures = 0;
  private wasSeated = false;
  private hostAway = false;
  private words = new LastWords();
  private notFoundSince: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly parts: ConnectionParts) {
    this.outbox = new Outbox((command) => {
      if (this.phase !== "joined") return false;
      this.transmit(command);
      return true;
    });
    this.heartbeat = new Heartbeat({
      clock: parts.clock,
      visible: () => parts.visible(),
      ping: (t0) => this.transmit({ type: "ping", t0 }),
      onSilence: () => this.lost(1006),
    });
  }

  /** Takes the remembered seat, or a new one as `arrival` says. With neither, nothing happens. */
  start(arrival: Arrival | null): void {
    this.arrival = arrival ?? this.arrival;
    if (this.arrival === null && this.parts.watch === undefined && this.parts.seats.read() === null) {
      // Another window has left with the seat of this one.
      if (this.phase === "over") this.finish("seat_lost");
      return;
    }
    [this.failures, this.notFoundSince] = [0, null];
    this.connect();
  }

  /** The network or the page came back: try at once, or make sure that the link still lives. */
  wake(): void {
    if (this.phase === "waiting") this.connect();
    else if (this.phase === "joined" || this.phase === "pending") this.heartbeat.beat();
  }

  /** The page is being hidden for good or put to sleep. `wake` brings it back. */
  away(): void {
    if (this.phase === "joined" && this.parts.watch === undefined) this.transmit({ type: "away" });
    else if (this.phase !== "pending") return;
    this.drop();
    this.status({ phase: "waiting", back: this.wasSeated, hostAway: false, retryAt: Date.now(), tooFast: false });
  }

  /** The Leave button: the host says bye. Who has no seat yet, or no link, does not wait for it. */
  leave(): void {
    if (this.phase === "joined") return void this.outbox.send({ type: "leave" });
    if (this.phase === "pending") this.transmit({ type: "leave" });
    this.finish("left");
  }

  /** A question with its own kind of answer: sent once, never kept. False when there is no link. */
  ask(message: Extract<ClientMessage, { type: "search" | "art" }>): boolean {
    if (this.phase !== "joined") return false;
    this.transmit(message);
    return true;
  }

  /** Stops without a word. */
  stop(): void {
    this.drop();
    this.outbox.abandon();
  }

  private connect(): void {
    this.drop();
    this.words = new LastWords();
    this.status({ phase: "connecting", back: this.wasSeated, hostAway: this.hostAway });
    this.timer = setTimeout(() => this.lost(1006), handshakeWithinMs);
    const link: Link = this.parts.open({
      onOpen: () => this.link === link && this.introduce(),
      onMessage: (frame) => this.link === link && this.receive(readFrame(frame)),
      onClose: (code) => this.link === link && this.lost(this.words.code(code)),
    });
    this.link = link;
  }

  private introduce(): void {
    const message = introduction(this.parts, this.arrival);
    if (message === null) return this.finish("seat_lost");
    this.asked = message.type;
    this.transmit(message);
  }

  private receive(messages: ServerMessage[]): void {
    this.heartbeat.heard();
    // The newest token is stored before anything else is done: without it the seat is gone.
    for (const message of messages) {
      if (message.type === "joined" || message.type === "resumed") keepSeat(this.parts.seats, message);
      if (message.type === "joined") this.parts.clock.guess(message.server_time_ms);
    }
    const link = this.link;
    this.parts.onMessages(messages);
    for (const message of messages) if (this.link === link) this.take(message);
  }

  private take(message: ServerMessage): void {
    this.words.hear(message);
    switch (message.type) {
      case "joined": case "resumed":
        this.enter();
        break;
      case "join_pending":
        this.pending();
        break;
      case "session_ended":
        keepEnded(this.parts.seats);
        break;
      case "ack":
        this.outbox.settle(message.id, { ok: true, seq: message.seq });
        break;
      case "error":
        this.refused(message);
        break;
      case "pong":
        this.parts.clock.pong(message.t0, message.t1);
        break;
    }
  }

  private enter(): void {
    this.clearTimer();
    this.asked = null;
    this.failures = 0;
    this.hostAway = false;
    this.wasSeated = true;
    this.notFoundSince = null;
    this.status({ phase: "joined" });
    this.heartbeat.start();
    this.outbox.sendAgain();
  }

  private pending(): void {
    this.clearTimer();
    [this.failures, this.hostAway] = [0, false];
    if (this.phase !== "pending") this.heartbeat.start();
    this.status({ phase: "pending" });
  }

  private refused(error: ErrorMessage): void {
    if (error.id !== undefined) {
      const { code, message } = error;
      this.outbox.settle(error.id, { ok: false, code, message, retryAfterMs: error.retry_after_ms ?? null });
      return;
    }
    if (error.code === "session_ended") keepEnded(this.parts.seats);
    if (this.asked === null) return;
    this.words.refusal = error;
    // A refusal that is not here is followed by a bye that says whether to come back.
    switch (error.code) {
      case "not_authorized":
        if (disowned(this.parts, this.arrival, this.asked)) return this.introduce();
        return this.finish("denied");
      case "already_joined":
        return this.finish("elsewhere");
      case "rate_limited":
        this.drop();
        return this.wait(error.retry_after_ms ?? 1000, true);
      case "bad_request": case "internal":
        return this.finish("refused");
    }
  }

  /** The link is gone, by its own close or because it fell silent. */
  private lost(code: number): void {
    this.drop();
    const seat = this.parts.seats.read();
    if (code === limits.closeNotFound && seat !== null && seat.ended !== true) this.notFoundSince ??= Date.now();
    const over = this.words.verdict(code, this.notFoundSince === null ? null : Date.now() - this.notFoundSince);
    if (over !== null) return this.finish(over);
    this.hostAway = code === limits.closeHostAway;
    this.wait(backoffMs(this.failures, () => this.parts.random()));
    this.failures += 1;
  }

  private wait(ms: number, tooFast = false): void {
    this.status({ phase: "waiting", back: this.wasSeated, hostAway: this.hostAway, retryAt: Date.now() + ms, tooFast });
    this.timer = setTimeout(() => this.connect(), ms);
  }

  private finish(over: Over): void {
    this.drop();
    // Who was removed keeps the seat, which is banned, not the browser: it may be let in again.
    if (over === "left" || over === "turned_away" || over === "not_found") this.parts.seats.forget();
    const { refusal, reason } = this.words;
    const error = refusal === null ? null : { code: refusal.code, message: refusal.message };
    this.status({ phase: "over", over, error, reason });
    if (over !== "replaced") this.outbox.abandon();
  }

  private transmit(message: ClientMessage): void {
    this.link?.send(JSON.stringify(message));
  }

  private drop(): void {
    this.clearTimer();
    this.heartbeat.stop();
    this.asked = null;
    const { link } = this;
    this.link = null;
    link?.close();
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private status(status: LinkStatus): void {
    this.phase = status.phase;
    this.parts.onStatus(status);
  }
}
