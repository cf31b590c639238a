/** How many round trips are remembered; the quickest of them is believed. */
const samplesKept = 8;

interface Sample {
  rttMs: number;
  offsetMs: number;
}

/**
 * The host's clock as seen from here. The round trip with the smallest delay
 * tells the offset best, since the least can have gone wrong on its way.
 */
export class HostClock {
  private samples: Sample[] = [];
  private roughOffsetMs = 0;

  constructor(private readonly localNow: () => number = Date.now) {}

  /** A first guess, from a message that carried the host's time. */
  guess(serverTimeMs: number): void {
    this.roughOffsetMs = serverTimeMs - this.localNow();
  }

  /** A ping sent at t0 (ours) was answered at t1 (the host's). */
  pong(t0: number, t1: number): void {
    const t2 = this.localNow();
    if (t2 < t0) return;
    this.samples = [...this.samples, { rttMs: t2 - t0, offsetMs: t1 - (t0 + t2) / 2 }].slice(-samplesKept);
  }

  /** Forgets the samples: after sleep or on a new connection the old ones may be wrong. */
  reset(): void {
    this.roughOffsetMs = this.offsetMs();
    this.samples = [];
  }

  /** The round trip now; null before the first pong. */
  rttMs(): number | null {
    return this.samples[this.samples.length - 1]?.rttMs ?? null;
  }

  /** The host's clock now, in its milliseconds. */
  now(): number {
    return this.localNow() + this.offsetMs();
  }

  private offsetMs(): number {
    let best: Sample | undefined;
    for (const sample of this.samples) {
      if (best === undefined || sample.rttMs <= best.rttMs) best = sample;
    }
    return best?.offsetMs ?? this.roughOffsetMs;
  }
}
