import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Comparing } from "./compare";
import type { Stage } from "./studio";

const pictures = resolve(import.meta.dirname, "../../pictures");
const kept = join(pictures, "states");

/** The pictures that were looked at and found right, one file each; see .ci/screenshots. */
export class Album {
  /** What differs is laid down here, beside what it was: made when it is needed. */
  private dir: string | null = null;

  /** `renewing`: what looks different is put in the place of what it was. */
  constructor(private readonly comparing: Comparing, private readonly renewing: boolean) {}

  /** What is wrong with the page as it stands, compared with the picture of that name; null when it looks the same. */
  async compare(stage: Stage, name: string): Promise<string | null> {
    const file = join(kept, `${name}.webp`);
    const before = readKept(file);
    const after = await this.standing(stage, before);
    if (before !== null) {
      const difference = await this.comparing.differ(before, after);
      if (difference === null) return null;
      if (!this.renewing) {
        const beside = await this.layDown(name, { old: await this.comparing.png(before), new: await this.comparing.png(after), difference: difference.picture });
        return `${name}: ${percent(difference.share)} of the picture changed, ${percent(difference.worst)} of one square: ${beside}`;
      }
    } else if (!this.renewing) return `${name}: there is no picture of it yet: make screenshots`;
    mkdirSync(kept, { recursive: true });
    writeFileSync(file, after);
    return null;
  }

  /** One of those that the README shows. */
  async shows(stage: Stage, name: string): Promise<void> {
    if (this.renewing) writeFileSync(join(pictures, `${name}.png`), await stage.picture("png"));
  }

  /** Pictures of what is not looked at any more, when those are what is. */
  strangers(names: string[]): string[] {
    const strange = readdirSync(kept).filter((file) => !names.includes(file.replace(/\.webp$/, "")));
    if (!this.renewing) return strange;
    for (const file of strange) rmSync(join(kept, file));
    return [];
  }

  /** The picture once it is the same twice, or is what it was: something may still be on its way to the screen. */
  private async standing(stage: Stage, before: Buffer | null): Promise<Buffer> {
    let last = await stage.picture();
    for (let tries = 0; tries < 10 && before?.equals(last) !== true; tries++) {
      const next = await stage.picture();
      if (next.equals(last)) break;
      last = next;
    }
    return last;
  }

  private async layDown(name: string, files: Record<string, Buffer>): Promise<string> {
    this.dir ??= mkdtempSync(join(tmpdir(), "jam-pictures-"));
    for (const [which, content] of Object.entries(files)) writeFileSync(join(this.dir, `${name}.${which}.png`), content);
    return join(this.dir, `${name}.*.png`);
  }
}

function readKept(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
