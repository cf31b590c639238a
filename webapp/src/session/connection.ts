import { Line } from "./line";
import { disowned, introduction, keepEnded, keepSeat, type Arrival } from "./introduction";
import type { ClientMessage, ErrorMessage, JoinedMessage, ResumedMessage, ServerMessage } from "./wire.gen";

export { handshakeWithinMs, type ConnectionParts } from "./line";

/** Join, resume, acknowledge: what this page and the host say to each other about the seat and its commands. */
export class Connection extends Line {
  private arrival: Arrival | null = null;

  /** Takes the remembered seat, or a new one as `arrival` says. With neither, nothing happens. */
  start(arrival: Arrival | null): void {
    this.arrival = arrival ?? this.arrival;
    if (this.arrival === null && this.parts.watch === undefined && this.parts.seats.read() === null) {
      // Another window has left with the seat of this one.
      if (this.phase === "over") this.finish("seat_lost");
      return;
    }
    [this.failures, this.notFoundSince, this.token] = [0, null, null];
    this.connect();
  }

  /** The network or the page came back: try at once, or make sure that the link still lives. */
  wake(): void {
    if (this.phase === "waiting" || (this.phase === "connecting" && this.stuck())) this.connect();
    else this.stir();
  }

  /** Perhaps the network is another one. */
  stir(): void {
    this.link?.wake?.();
    if (this.phase === "joined" || this.phase === "pending") this.heartbeat.beat();
  }

  /** The page is being hidden for good or put to sleep. `wake` brings it back. */
  away(): void {
    if (this.phase === "joined" && this.parts.watch === undefined) this.transmit({ type: "away" });
    else if (this.phase !== "pending") return;
    this.drop(true);
    // Who comes back to it wants it here.
    this.token = null;
    this.status({ phase: "waiting", back: this.wasSeated, hostAway: false, retryAt: Date.now(), tooFast: false });
  }

  /** The Leave button: the host says bye. Who has no seat yet, or no link, does not wait for it. */
  leave(): void {
    if (this.phase === "joined") return void this.outbox.send({ type: "leave" });
    if (this.phase === "pending") this.transmit({ type: "leave" });
    this.finish("left");
  }

  /** A question with its own kind of answer: sent once, never kept. False when there is no link. */
  ask(message: Extract<ClientMessage, { type: "search" }>): boolean {
    if (this.phase !== "joined") return false;
    this.transmit(message);
    return true;
  }

  /** Stops without a word. */
  stop(): void {
    this.drop();
    this.outbox.abandon();
  }

  protected override introduce(): void {
    if (this.takenOver()) return this.finish("replaced");
    const message = introduction(this.parts, this.arrival);
    if (message === null) return this.finish("seat_lost");
    this.handshake();
    this.asked = message.type;
    this.transmit(message);
  }

  protected override receive(messages: ServerMessage[]): void {
    this.heartbeat.heard();
    // The newest token is stored before anything else is done: without it the seat is gone.
    for (const message of messages) {
      if (message.type === "joined" || message.type === "resumed") this.keep(message);
      if (message.type === "joined") this.parts.clock.guess(message.server_time_ms);
    }
    const link = this.link;
    this.parts.onMessages(messages);
    for (const message of messages) if (this.link === link) this.take(message);
  }

  private keep(message: JoinedMessage | ResumedMessage): void {
    keepSeat(this.parts.seats, message);
    this.token = this.parts.seats.read()?.resume_token ?? null;
  }

  private take(message: ServerMessage): void {
    this.hear(message);
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
      case "host_status":
        // Where soul-server passes the messages on as they are, it says so in between.
        if (message.status === "offline") this.hostLeft();
        else if (this.hostAway && this.asked === null) this.introduce();
        break;
    }
  }

  private enter(): void {
    const still = this.phase === "joined";
    this.asked = null;
    [this.failures, this.notFoundSince] = [0, null];
    this.wasSeated = true;
    this.status({ phase: "joined", ...(this.link?.sealed === true ? { sealed: true } : {}) });
    this.answered();
    this.outbox.sendAgain(still);
    if (this.parts.watch === undefined) this.link?.seated?.();
  }

  private pending(): void {
    this.failures = 0;
    if (this.phase !== "pending") this.answered();
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
        return this.tooFast(error);
      case "bad_request": case "internal":
        return this.finish("refused");
    }
  }

  /** Soul-server, which is not the host, says why there is none: the seat stays whatever it says. */
  protected override hearsay(messages: ServerMessage[]): void {
    for (const error of messages) {
      if (error.type !== "error" || error.id !== undefined) continue;
      if (error.code === "rate_limited") return this.tooFast(error);
      if (error.code === "session_ended") this.parts.onMessages([error]);
    }
  }

  private tooFast(error: ErrorMessage): void {
    this.drop();
    this.wait(error.retry_after_ms ?? 1000, true);
  }
}
