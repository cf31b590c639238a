import type { HostClock } from "./clock";

/** A ping this often while the page is seen, ms; and how long its answer may take before the link counts as dead. */
export const pingEveryMs = 10_000;
export const pongWithinMs = 5_000;
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

  constructor(private readonly parts: HeartbeatParts) {}

  start(): void {
    this.stop();
    this.parts.clock.reset();
    for (const ms of firstPingsMs) this.timers.push(setTimeout(() => this.beat(), ms));
    this.timers.push(setInterval(() => this.parts.visible() && this.beat(), pingEveryMs));
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.heard();
  }

  /** Asks now: after the page woke up, a link may be dead without knowing. */
  beat(): void {
    this.silence ??= setTimeout(() => {
      this.silence = null;
      this.parts.onSilence();
    }, pongWithinMs);
    this.parts.ping(Date.now());
  }

  /** Anything that arrives shows that the link lives. */
  heard(): void {
    if (this.silence !== null) clearTimeout(this.silence);
    this.silence = null;
  }
}
