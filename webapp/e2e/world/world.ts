import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser";
import { Hostd, type Options } from "./hostd";
import { makeSong, type Song } from "./music";
import { Guest, Host } from "./people";
import { SoundCard } from "./soundcard";

/** Everything a scene needs, on loopback and in a directory that goes with it. */
export class World {
  private readonly guests: Guest[] = [];
  private constructor(
    readonly dir: string,
    readonly hostd: Hostd,
    readonly browser: Browser,
    readonly speaker: SoundCard | null,
  ) {}

  /** With `heard`, the music goes through the real mpv into a recording; else it is silent. */
  static async open(songs: Song[], { heard = false, ...options }: Partial<Options> & { heard?: boolean } = {}): Promise<World> {
    const dir = mkdtempSync(join(tmpdir(), "jam-scene-"));
    for (const name of ["music", "data", "bin"]) mkdirSync(join(dir, name));
    for (const song of songs) makeSong(join(dir, "music"), song);
    const speaker = heard ? new SoundCard(join(dir, "bin")) : null;
    const sound: Partial<Options> = speaker === null ? {} : { player: "mpv", bin: speaker.bin };
    const hostd = await Hostd.start({ data: join(dir, "data"), music: join(dir, "music"), ...sound, ...options });
    const browser = await openBrowser();
    return new World(dir, hostd, browser, speaker);
  }

  async guest(width?: number): Promise<Guest> {
    const guest = await Guest.arrives(this.browser, width);
    this.guests.push(guest);
    return guest;
  }

  host(): Promise<Host> {
    return Host.sits(this.browser, this.hostd.consoleLink);
  }

  /** What the pages complained about, which should be nothing. */
  get complaints(): string[] {
    return this.guests.flatMap((guest) => guest.complaints);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.hostd.stop();
    this.speaker?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
