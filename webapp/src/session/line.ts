import type { Link, LinkHandlers, OpenLink, Word } from "../link/link";
import type { HostClock } from "./clock";
import { backoffMs, LastWords, type Over } from "./closing";
import { readFrame } from "./frame";
import { handOver, type Handover } from "./handover";
import { far, Heartbeat, near, straight } from "./heartbeat";
import { introduction, type Credentials } from "./introduction";
import { Outbox } from "./outbox";
import type { LinkStatus } from "./status";
import { limits, type ClientMessage, type ServerMessage } from "./wire.gen";

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

/** An attempt that is older than this, ms, is begun anew when the network comes back. */
const stuckAfterMs = 3_000;

/** The line to the host: opens a link, opens another when it breaks or a better one is there, and knows when to stop. What is said on it is the connection's. */
export abstract class Line {
  readonly outbox: Outbox;
  protected readonly heartbeat: Heartbeat;
  private readonly handover: Handover;
  protected failures = 0;
  /** When soul-server, or the host, first knew nothing of the code; null while it does. */
  protected notFoundSince: number | null = null;
  protected link: Link | null = null;
  protected phase: LinkStatus["phase"] = "idle";
  /** What was sent to be let in, and is not answered yet. */
  protected asked: "join_request" | "resume" | "watch" | null = null;
  protected wasSeated = false;
  protected hostAway = false;
  protected words = new LastWords();
  /** The newest token that this page was given; null when whatever is stored is taken. */
  protected token: string | null = null;
  private phaseAt = 0;
  /** When the direct way fell silent; null while it is not. */
  private doubtedAt: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(protected readonly parts: ConnectionParts) {
    this.outbox = new Outbox((command) => {
      if (this.phase !== "joined") return false;
      this.transmit(command);
      return true;
    });
    this.heartbeat = new Heartbeat({
      clock: parts.clock,
      visible: () => parts.visible(),
      ping: (t0) => this.transmit({ type: "ping", t0 }),
      onSilence: () => this.silent(),
    });
    this.handover = handOver({
      introduce: () => (this.takenOver() || (this.doubtedAt !== null && this.heartbeat.heardSince(this.doubtedAt)) ? null : introduction(parts, null)),
      unneeded: () => {
        this.doubtedAt = null;
        // The link of before is gone: another window took the seat, and the next try says so.
        if (this.link === null) this.connect();
      },
      taken: (link, messages) => this.moved(link, messages),
      // The link of before may have gone meanwhile: the host has seen the new one, or the network is another.
      failed: (code) => (this.link === null ? this.connect() : this.askAgain(code)),
      handlers: (link) => this.handlers(() => this.link === link),
    });
  }

  protected abstract introduce(): void;
  protected abstract hearsay(messages: ServerMessage[]): void;
  /** A frame of the host. */
  protected abstract receive(messages: ServerMessage[]): void;

  protected connect(): void {
    this.drop();
    this.words = new LastWords();
    this.status({ phase: "connecting", back: this.wasSeated, hostAway: this.hostAway });
    this.handshake();
    const link: Link = this.parts.open(this.handlers(() => this.link === link));
    this.link = link;
  }

  private handlers(mine: () => boolean): LinkHandlers {
    return {
      onOpen: () => mine() && this.introduce(),
      onMessage: (frame) => mine() && this.receive(readFrame(frame)),
      onClose: (code, word) => mine() && this.lost(code, word),
      onHearsay: (frame) => mine() && this.hearsay(readFrame(frame)),
      onAway: () => mine() && this.hostLeft(),
      onBetter: (open) => mine() && this.phase === "joined" && this.handover.start(open),
    };
  }

  /** The seat that is stored was given to another window since: only the person takes it back. */
  protected takenOver(): boolean {
    const seat = this.parts.seats.read();
    return this.token !== null && seat !== null && seat.resume_token !== this.token;
  }

  protected handshake(): void {
    this.clearTimer();
    this.timer = setTimeout(() => this.lost(1006), handshakeWithinMs);
  }

  /** Remembers what decides how this is over. */
  protected hear(message: ServerMessage): void {
    // The host gave the seat to the link that is being tried: nothing is replaced but this one.
    if (message.type !== "bye" || !this.handover.underWay()) this.words.hear(message);
  }

  /** The host has given a seat, or a place in the waiting room, over this link. */
  protected answered(): void {
    this.clearTimer();
    this.hostAway = false;
    this.doubtedAt = null;
    this.heartbeat.start(this.link?.direct === true ? straight : this.link?.sealed === true ? far : near);
  }

  /** The seat is on a better link. Nothing of this is seen. */
  private moved(link: Link, messages: ServerMessage[]): void {
    const before = this.link;
    this.link = link;
    this.words = new LastWords();
    before?.close();
    this.receive(messages);
  }

  /** The host is away, the link waits for it. What is known of the jam stays to be seen. */
  protected hostLeft(): void {
    this.handover.cancel();
    this.clearTimer();
    this.heartbeat.stop();
    this.asked = null;
    this.hostAway = true;
    this.status({ phase: "connecting", back: this.wasSeated, hostAway: true });
  }

  /** The pipe is opened beside a direct way that fell silent: whoever answers first has the seat, and nothing of it is seen. */
  private silent(): void {
    if (this.link?.direct !== true || this.phase !== "joined") return this.lost(1006, undefined, true);
    if (this.handover.underWay()) return;
    // For the second time, and not a word between.
    if (this.doubtedAt !== null && !this.heartbeat.heardSince(this.doubtedAt)) return this.lost(1006, undefined, true);
    this.doubtedAt = Date.now();
    this.handover.start(this.parts.open);
  }

  /** The pipe did not open either. Where the host is away so is the direct way; else it may still mend, and is asked once more. */
  private askAgain(code?: number): void {
    if (this.doubtedAt === null) return;
    if (code === limits.closeHostAway) this.lost(1006, undefined, true);
    else this.heartbeat.beat();
  }

  /** The link is gone, by its own close or because it fell silent. */
  private lost(closed: number, word?: Word, silent = false): void {
    const code = this.words.code(closed, word);
    const { link, phase } = this;
    const seat = this.parts.seats.read();
    if (code === limits.closeNotFound && seat !== null && seat.ended !== true) this.notFoundSince ??= Date.now();
    const over = this.words.verdict(closed, word, this.notFoundSince === null ? null : Date.now() - this.notFoundSince);
    if (this.handover.underWay() && (over === null || over === "replaced")) {
      // The new link has it, or will know why not.
      this.doubtedAt = null;
      this.heartbeat.stop();
      this.link = null;
      return link?.close();
    }
    this.drop();
    if (over !== null) return this.finish(over, this.words.own(word));
    this.hostAway = code === limits.closeHostAway;
    // Another way is open at once where the host was reached directly; and from elsewhere a network that changed says nothing.
    if (phase === "joined" && link?.sealed === true && (silent || link.direct === true)) return this.connect();
    this.wait(backoffMs(this.failures++, this.parts.random));
  }

  protected wait(ms: number, tooFast = false): void {
    this.status({ phase: "waiting", back: this.wasSeated, hostAway: this.hostAway, retryAt: Date.now() + ms, tooFast });
    this.timer = setTimeout(() => this.connect(), ms);
  }

  /** @param own whether it was the host's word, or the person's: another's takes no seat away. */
  protected finish(over: Over, own = true): void {
    this.drop();
    // Who was removed keeps the seat, which is banned, not the browser: it may be let in again.
    if (own && (over === "left" || over === "turned_away" || over === "not_found")) this.parts.seats.forget();
    const { refusal, reason } = this.words;
    const error = refusal === null ? null : { code: refusal.code, message: refusal.message };
    this.status({ phase: "over", over, error, reason });
    if (over !== "replaced") this.outbox.abandon();
  }

  protected transmit(message: ClientMessage): void {
    this.link?.send(JSON.stringify(message));
  }

  protected drop(now = false): void {
    this.doubtedAt = null;
    this.handover.cancel();
    this.clearTimer();
    this.heartbeat.stop();
    this.asked = null;
    const { link } = this;
    this.link = null;
    link?.close(now);
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
  }

  /** It takes so long that the network which the attempt began on may be gone. */
  protected stuck(): boolean {
    return Date.now() - this.phaseAt > stuckAfterMs;
  }

  protected status(status: LinkStatus): void {
    this.phase = status.phase;
    this.phaseAt = Date.now();
    this.parts.onStatus(status);
  }
}
