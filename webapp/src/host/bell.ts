import { drawer } from "../session/seat";

const lasting = drawer(() => localStorage);
const key = "jam.console.bell";
/** Not heard again so soon, ms: many who come at once are one sound. */
const quietMs = 8_000;
/** The two notes: Hz, and when each begins, s. */
const notes = [[659.3, 0], [880, 0.16]] as const;

export function bellIsOn(): boolean {
  return lasting.get(key) !== "off";
}

/** Turns it on or off, for good. */
export function setBell(on: boolean): void {
  if (on) lasting.remove(key);
  else lasting.set(key, "off");
}

/** Two soft notes. Browsers let a page sound only once it was touched, so the first touch makes the instrument. */
export class Bell {
  private audio: AudioContext | null = null;
  private rung = -Infinity;

  /** Waits for the first touch; returns how to stop and be silent for good. */
  begin(): () => void {
    const touched = () => {
      removeEventListener("pointerdown", touched);
      removeEventListener("keydown", touched);
      if (typeof AudioContext !== "function" || this.audio !== null) return;
      this.audio = new AudioContext();
      void this.audio.suspend();
    };
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
    return () => {
      removeEventListener("pointerdown", touched);
      removeEventListener("keydown", touched);
      void this.audio?.close();
      this.audio = null;
    };
  }

  readonly ring = (): void => {
    const now = performance.now();
    if (this.audio === null || !bellIsOn() || now - this.rung < quietMs) return;
    this.rung = now;
    const { audio } = this;
    void audio.resume().then(() => {
      for (const [hz, after] of notes) sound(audio, hz, audio.currentTime + 0.05 + after);
    }, () => undefined);
    // An instrument that waits costs the machine that plays the music.
    setTimeout(() => {
      if (audio.state === "running") void audio.suspend();
    }, 2_000);
  };
}

function sound(audio: AudioContext, hz: number, at: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = "sine";
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.22, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 1);
}
