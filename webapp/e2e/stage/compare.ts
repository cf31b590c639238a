import type { Browser, Page } from "playwright-core";

/** A pixel has changed when nothing like it is where it was, or beside: what smooths edges differs from one Chromium to the next. Of 255, in any colour. */
const alike = 40;
/** So many of all pixels may have changed; and so many in any square of `square` px, which a word that is missing passes. */
const mostOfAll = 0.005;
const square = 32;
const mostOfSquare = 0.04;

export interface Difference {
  /** Of all pixels; and the most in any square. */
  share: number;
  worst: number;
  /** The old picture, faint, with what changed in red; PNG. */
  picture: Buffer;
}

/** Compares pictures in a page, which can read them. */
export class Comparing {
  private constructor(private readonly page: Page) {}

  static async open(browser: Browser): Promise<Comparing> {
    return new Comparing(await browser.newPage());
  }

  /** Null when they look the same. */
  async differ(before: Buffer, after: Buffer): Promise<Difference | null> {
    if (before.equals(after)) return null;
    const { share, worst, png } = await this.page.evaluate(compare, { before: before.toString("base64"), after: after.toString("base64"), alike, square });
    if (share <= mostOfAll && worst <= mostOfSquare) return null;
    return { share, worst, picture: Buffer.from(png, "base64") };
  }

  /** A picture in the form that is read by everything. */
  async png(webp: Buffer): Promise<Buffer> {
    const png = await this.page.evaluate(async (data) => {
      const image = await createImageBitmap(await (await fetch(`data:image/webp;base64,${data}`)).blob());
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      return canvas.toDataURL("image/png").replace(/^.*,/, "");
    }, webp.toString("base64"));
    return Buffer.from(png, "base64");
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

/** Runs in the page. */
async function compare({ before, after, alike, square }: { before: string; after: string; alike: number; square: number }): Promise<{ share: number; worst: number; png: string }> {
  const read = async (data: string) => {
    const image = await createImageBitmap(await (await fetch(`data:image/webp;base64,${data}`)).blob());
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = await Promise.all([read(before), read(after)]);
  const { width, height } = b;
  const shown = new ImageData(width, height);
  if (a.width !== width || a.height !== height) return { share: 1, worst: 1, png: "" };
  /** Whether a pixel of one picture has something like it there or beside in the other. */
  const found = (one: ImageData, other: ImageData, x: number, y: number) => {
    const at = (y * width + x) * 4;
    for (const [dx, dy] of around) {
      const [u, v] = [x + dx, y + dy];
      if (u < 0 || v < 0 || u >= width || v >= height) continue;
      const to = (v * width + u) * 4;
      let apart = 0;
      for (let c = 0; c < 3; c++) apart = Math.max(apart, Math.abs((one.data[at + c] ?? 0) - (other.data[to + c] ?? 0)));
      if (apart <= alike) return true;
    }
    return false;
  };
  const around = [[0, 0], [0, -1], [0, 1], [-1, 0], [1, 0], [-1, -1], [1, -1], [-1, 1], [1, 1]] as const;
  const columns = Math.ceil(width / square);
  const squares = new Array<number>(columns * Math.ceil(height / square)).fill(0);
  let changed = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const other = !found(a, b, x, y) || !found(b, a, x, y);
      for (let c = 0; c < 3; c++) shown.data[at + c] = other ? (c === 0 ? 255 : 0) : 160 + (a.data[at + c] ?? 0) / 3;
      shown.data[at + 3] = 255;
      if (!other) continue;
      changed += 1;
      const where = Math.floor(y / square) * columns + Math.floor(x / square);
      squares[where] = (squares[where] ?? 0) + 1;
    }
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.putImageData(shown, 0, 0);
  return { share: changed / (width * height), worst: Math.max(...squares) / (square * square), png: canvas.toDataURL("image/png").replace(/^.*,/, "") };
}
