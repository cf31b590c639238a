import type { Link, OpenLink } from "../link/link";
import type { HostClock } from "./clock";
import { backoffMs, verdict, type Over } from "./closing";
import { readFrame } from "./frame";
import { Heartbeat } from "./heartbeat";
import { Outbox } from "./outbox";
import type { SeatKeeper } from "./seat";
import type { LinkStatus } from "./status";
import { limits, type ClientMessage, type ErrorMessage, type ServerMessage } from "./wire.gen";

/** How to take a seat where none is remembered. */
export interface Arrival {
  display_name: string;
  user_token?: string;
}

export interface ConnectionParts {
  open: OpenLink;
  seats: SeatKeeper;
  clock: HostClock;
  visible(): boolean;
  random(): number;
  /** The last event held; null = nothing is held: then last_seq is left out, and the whole jam comes. */
  lastSeq(): number | null;
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
  private asked: "join" | "resume" | null = null;
  private failures = 0;
  private wasSeated = false;
  private hostAway = false;
  private byeCode: number | null = null;
  private notFoundSince: number | null = null;
  private refusal: ErrorMessage | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly parts: ConnectionParts) {
    this.outbox = new Outbox((command) => {
      if (this.phase === "joined") this.transmit(command);
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
    if (this.arrival === null && this.parts.seats.read() === null) return;
    [this.failures, this.notFoundSince] = [0, null];
    this.connect();
  }

  /** The network or the page came back: try at once, or make sure that the link still lives. */
  wake(): void {
    if (this.phase === "waiting") this.connect();
    else if (this.phase === "joined") this.heartbeat.beat();
  }

  /** The page is being hidden for good or put to sleep. `wake` brings it back. */
  away(): void {
    if (this.phase !== "joined") return;
    this.transmit({ type: "away" });
    this.drop();
    this.status({ phase: "waiting", back: true, hostAway: false, retryAt: Date.now() });
  }

  /** The Leave button: the host says bye; without a link the seat is simply forgotten. */
  leave(): void {
    if (this.phase === "joined") void this.outbox.send({ type: "leave" });
    else this.finish("left");
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
    [this.byeCode, this.refusal] = [null, null];
    this.status({ phase: "connecting", back: this.wasSeated, hostAway: this.hostAway });
    this.timer = setTimeout(() => this.lost(1006), handshakeWithinMs);
    const link: Link = this.parts.open({
      onOpen: () => this.link === link && this.introduce(),
      onMessage: (frame) => this.link === link && this.receive(readFrame(frame)),
      onClose: (code) => this.link === link && this.lost(this.byeCode ?? code),
    });
    this.link = link;
  }

  private introduce(): void {
    const seat = this.parts.seats.read();
    if (seat !== null) {
      this.asked = "resume";
      const last_seq = this.parts.lastSeq();
      this.transmit({ type: "resume", resume_token: seat.resume_token, ...(last_seq === null ? {} : { last_seq }), v: limits.version });
    } else if (this.arrival !== null) {
      this.asked = "join";
      this.transmit({ type: "join_request", ...this.arrival, join_key: this.parts.seats.joinKey(), v: limits.version });
    } else {
      this.finish("seat_lost");
    }
  }

  private receive(messages: ServerMessage[]): void {
    this.heartbeat.heard();
    // The newest token is stored before anything else is done: without it the seat is gone.
    for (const message of messages) if (message.type === "joined" || message.type === "resumed") this.seated(message);
    const link = this.link;
    this.parts.onMessages(messages);
    for (const message of messages) if (this.link === link) this.take(message);
  }

  private seated(message: Extract<ServerMessage, { type: "joined" | "resumed" }>): void {
    const { seats, clock } = this.parts;
    const participant_id = message.type === "joined" ? message.participant_id : (seats.read()?.participant_id ?? "");
    seats.write({ resume_token: message.resume_token, participant_id });
    if (message.type === "joined") clock.guess(message.server_time_ms);
  }

  private take(message: ServerMessage): void {
    switch (message.type) {
      case "joined": case "resumed":
        this.enter();
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
      case "bye":
        this.byeCode = message.code;
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

  private refused(error: ErrorMessage): void {
    if (error.id !== undefined) {
      const { code, message } = error;
      this.outbox.settle(error.id, { ok: false, code, message, retryAfterMs: error.retry_after_ms ?? null });
      return;
    }
    if (this.asked === null) return;
    this.refusal = error;
    // A refusal that is not here is followed by a bye that says whether to come back.
    switch (error.code) {
      case "not_authorized":
        if (this.asked === "resume") {
          this.parts.seats.forget();
          // The connection stays: someone who may join anew does so on it.
          return this.introduce();
        }
        return this.finish("denied");
      case "already_joined":
        return this.finish("elsewhere");
      case "rate_limited":
        this.drop();
        return this.wait(error.retry_after_ms ?? 1000);
      case "bad_request": case "internal":
        return this.finish("refused");
    }
  }

  /** The link is gone, by its own close or because it fell silent. */
  private lost(code: number): void {
    this.drop();
    if (code === limits.closeNotFound && this.parts.seats.read() !== null) this.notFoundSince ??= Date.now();
    const over = verdict(code, this.notFoundSince === null ? null : Date.now() - this.notFoundSince);
    if (over !== null) return this.finish(over);
    this.hostAway = code === limits.closeHostAway;
    this.wait(backoffMs(this.failures, () => this.parts.random()));
    this.failures += 1;
  }

  private wait(ms: number): void {
    this.status({ phase: "waiting", back: this.wasSeated, hostAway: this.hostAway, retryAt: Date.now() + ms });
    this.timer = setTimeout(() => this.connect(), ms);
  }

  private finish(over: Over): void {
    this.drop();
    if (over === "left" || over === "kicked" || over === "ended") this.parts.seats.forget();
    const error = this.refusal === null ? null : { code: this.refusal.code, message: this.refusal.message };
    this.status({ phase: "over", over, error });
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
