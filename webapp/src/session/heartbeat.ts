import type { HostClock } from "./clock";

/** A ping this often while the page is seen, ms; and how long its answer may take, ms and round trips, before the link counts as dead. */
export interface Rhythm {
  everyMs: number;
  withinMs: number;
  roundTrips: number;
}

/** In the host's own network a WebSocket mostly tells by itself. */
export const near: Rhythm = { everyMs: 10_000, withinMs: 5_000, roundTrips: 0 };
/** From elsewhere the way changes often, and another one is there. Whatever the host says spares a ping. */
export const far: Rhythm = { everyMs: 1_000, withinMs: 2_000, roundTrips: 0 };
/** Directly, what is lost comes again after 400 ms and a round trip; lost twice it costs a doubt that mends itself. */
export const straight: Rhythm = { everyMs: 500, withinMs: 800, roundTrips: 3 };
/** A timer that comes later than this, ms, was held up by the page itself, and so may be what it waits for. */
const heldUpMs = 500;
/** Right after joining, a few quick ones so that the clock is good at once, ms from the start. */
const firstPingsMs = [0, 150, 400];

export interface HeartbeatParts {
  clock: HostClock;
  ping(t0: number): void;
  visible(): boolean;
  /** No answer came: the link is dead though nothing closed it. */
  onSilence(): void;
}

/** Keeps asking the host whether it is there, and what time it is. */
export class Heartbeat {
  private timers: ReturnType<typeof setTimeout>[] = [];
  private silence: ReturnType<typeof setTimeout> | null = null;
  private rhythm = near;
  private next: ReturnType<typeof setTimeout> | null = null;
  private heardAt = 0;
  /** The page was not seen when a ping was due. */
  private asleep = false;

  constructor(private readonly parts: HeartbeatParts) {}

  start(rhythm = near): void {
    this.stop();
    this.rhythm = rhythm;
    this.parts.clock.reset();
    for (const ms of firstPingsMs) this.timers.push(setTimeout(() => this.beat(), ms));
    this.again();
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.heard();
    clearTimeout(this.next ?? undefined);
    this.next = null;
    this.asleep = false;
  }

  /** Asks now: after the page woke up, a link may be dead without knowing. */
  beat(): void {
    const withinMs = this.rhythm.withinMs + this.rhythm.roundTrips * (this.parts.clock.rttMs() ?? 0);
    const due = Date.now() + withinMs;
    this.silence ??= setTimeout(() => {
      this.silence = null;
      if (Date.now() > due + heldUpMs) this.beat();
      else this.parts.onSilence();
    }, withinMs);
    this.parts.ping(Date.now());
    if (this.asleep) this.again();
  }

  /** Anything that arrives shows that the link lives. */
  heard(): void {
    this.heardAt = Date.now();
    clearTimeout(this.silence ?? undefined);
    this.silence = null;
    // Near, a ping also keeps the clock good, whatever else is heard; far, there are enough of them.
    if (this.next !== null && this.rhythm !== near) this.again();
  }

  heardSince(at: number): boolean {
    return this.heardAt > at;
  }

  /** A ping as long after the last sign of the host. A page that nobody sees is not woken for it: the next one is when it is seen again. */
  private again(): void {
    clearTimeout(this.next ?? undefined);
    this.asleep = false;
    this.next = setTimeout(() => {
      this.next = null;
      this.asleep = !this.parts.visible();
      if (this.asleep) return;
      this.again();
      this.beat();
    }, this.rhythm.everyMs);
  }
}
