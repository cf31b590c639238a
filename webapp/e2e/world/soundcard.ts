import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, constants, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const rate = 44_100;
export const bytesPerSecond = rate * 2 * 2; // stereo, 16 bit

/**
 * A sound card of files: an `mpv` that is found before the real one writes its sound into a FIFO, which is read
 * no faster than it would be heard. What was heard is kept.
 */
export class SoundCard {
  /** A directory to put first into PATH. */
  readonly bin: string;
  private readonly fifo: number;
  private readonly timer: NodeJS.Timeout;
  private readonly heard: Buffer[] = [];
  private last = performance.now();

  constructor(dir: string) {
    this.bin = dir;
    const path = join(dir, "speaker");
    execFileSync("mkfifo", [path]);
    const wrapper = join(dir, "mpv");
    const real = execFileSync("sh", ["-c", "command -v mpv"]).toString().trim();
    writeFileSync(wrapper, [
      "#!/bin/sh",
      // The one that measures how loud a song is writes to a file of its own, and is not heard.
      `case " $* " in *" --ao=pcm "*) exec ${real} "$@";; esac`,
      `exec ${real} "$@" --ao=pcm --ao-pcm-file=${path} --ao-pcm-waveheader=no --audio-samplerate=${rate} --audio-format=s16 --audio-channels=stereo`,
    ].join("\n"));
    chmodSync(wrapper, 0o755);
    // Opened for both, so that it never ends, whoever writes.
    this.fifo = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.timer = setInterval(() => this.play(), 20);
  }

  /** Takes what has become due since the last time, if there is as much. */
  private play(): void {
    const now = performance.now();
    const due = Math.floor(((now - this.last) / 1000) * rate) * 4;
    const buffer = Buffer.alloc(due);
    this.last = now;
    if (due === 0) return;
    try {
      const n = readSync(this.fifo, buffer, 0, due, null);
      this.heard.push(buffer.subarray(0, n));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error; // silence
    }
  }

  /** All that was heard, as stereo of 16 bit. */
  get recording(): Buffer {
    return Buffer.concat(this.heard);
  }

  /** How many seconds of a tone were heard: windows of 50 ms in which it is by far the loudest thing. */
  secondsOf(hz: number): number {
    const sound = this.recording;
    const window = bytesPerSecond / 20;
    let seconds = 0;
    for (let at = 0; at + window <= sound.length; at += window) {
      if (share(sound.subarray(at, at + window), hz) > 0.8) seconds += 1 / 20;
    }
    return seconds;
  }

  close(): void {
    clearInterval(this.timer);
    closeSync(this.fifo);
  }
}

/** The share of a window's energy that lies at one frequency (Goertzel). */
function share(sound: Buffer, hz: number): number {
  const n = sound.length / 4;
  const k = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [a, b, energy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = sound.readInt16LE(i * 4);
    [a, b] = [x + k * a - b, a];
    energy += x * x;
  }
  return energy < n * 100 ? 0 : (2 * (a * a + b * b - k * a * b)) / (n * energy);
}
