import type { HostClock } from "./clock";

/** A ping this often while the page is seen, ms; and how long its answer may take before the link counts as dead. */
export interface Rhythm {
  everyMs: number;
  withinMs: number;
}

/** In the host's own network a WebSocket mostly tells by itself. */
export const near: Rhythm = { everyMs: 10_000, withinMs: 5_000 };
/** From elsewhere the way changes often, and another one is there. Whatever the host says spares a ping. */
export const far: Rhythm = { everyMs: 1_000, withinMs: 2_000 };
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
  private heardAt = 0;

  constructor(private readonly parts: HeartbeatParts) {}

  start(rhythm = near): void {
    this.stop();
    this.rhythm = rhythm;
    this.parts.clock.reset();
    for (const ms of firstPingsMs) this.timers.push(setTimeout(() => this.beat(), ms));
    this.timers.push(setInterval(() => this.parts.visible() && this.quiet() && this.beat(), rhythm.everyMs));
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.heard();
  }

  /** Asks now: after the page woke up, a link may be dead without knowing. */
  beat(): void {
    const { withinMs } = this.rhythm;
    const due = Date.now() + withinMs;
    this.silence ??= setTimeout(() => {
      this.silence = null;
      if (Date.now() > due + heldUpMs) this.beat();
      else this.parts.onSilence();
    }, withinMs);
    this.parts.ping(Date.now());
  }

  /** Near, a ping also keeps the clock good; far, there are enough of them. */
  private quiet(): boolean {
    return this.rhythm === near || Date.now() - this.heardAt >= this.rhythm.everyMs * 0.9;
  }

  /** Anything that arrives shows that the link lives. */
  heard(): void {
    this.heardAt = Date.now();
    clearTimeout(this.silence ?? undefined);
    this.silence = null;
  }
}
