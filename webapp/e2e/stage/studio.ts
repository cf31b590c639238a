import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { openBrowser } from "../world/browser";
import { Paper, seated, type Script } from "./paper";

const fonts = join(import.meta.dirname, "fonts.conf");
/** The Debian packages that fonts.conf takes its fonts from, and a file of each. */
const packages = { "fonts-liberation": "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", "fonts-noto-color-emoji": "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf" };

/** `forced`: the few colours of a system that gives its own to every page. */
export type Theme = "dark" | "light" | "forced";
export type Size = "phone" | "tablet" | "desk" | "tv";
export const sizes: Record<Size, { width: number; height: number }> = {
  phone: { width: 360, height: 740 }, tablet: { width: 768, height: 1024 }, desk: { width: 1280, height: 800 }, tv: { width: 1920, height: 1080 },
};

/** Of the kept pictures, of 100: all of them together are a part of what is cloned. */
const quality = 70;

/** A browser that draws the same on every machine. */
export async function openStudio(): Promise<Browser> {
  const missing = Object.entries(packages).filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing.length > 0) throw new Error(`the pictures need these Debian packages: apt-get install ${missing.join(" ")}`);
  return openBrowser({ FONTCONFIG_FILE: fonts }, ["--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb", "--hide-scrollbars", "--disable-partial-raster"]);
}

/** A window on a stage: one page, and the host that is played behind it. */
export class Stage {
  /** Sentences of the browser that should not be there. */
  readonly complaints: string[] = [];

  private constructor(private readonly context: BrowserContext, readonly page: Page, readonly paper: Paper, private readonly camera: CDPSession) {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** `seat`: somebody who was in that jam before. */
  static async open(browser: Browser, script: Script, seat: boolean): Promise<Stage> {
    const context = await browser.newContext({
      viewport: sizes.phone, colorScheme: "dark", reducedMotion: "reduce", bypassCSP: true, locale: "en-GB", timezoneId: "Europe/Berlin", deviceScaleFactor: 1,
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const paper = await Paper.behind(page, script);
    if (seat) await page.addInitScript(([key, value]) => localStorage.setItem(key, value), seated);
    return new Stage(context, page, paper, await context.newCDPSession(page));
  }

  /** Hides what blinks, and the mark of the focus, which a way here may have left anywhere; or shows it again. */
  async still(still: boolean): Promise<void> {
    await this.page.evaluate((still) => {
      const style = document.getElementById("still") ?? document.head.appendChild(Object.assign(document.createElement("style"), { id: "still" }));
      style.textContent = still ? "* { caret-color: transparent !important } :focus-visible { outline: none !important }" : "";
    }, still);
    await this.page.mouse.move(0, 0);
  }

  /** Another window, other colours; then everything is where it belongs. `scroll`: what is brought to the top. */
  async looks(size: Size, theme: Theme, scroll?: string): Promise<void> {
    await this.page.setViewportSize(sizes[size]);
    await this.page.emulateMedia({ colorScheme: theme === "light" ? "light" : "dark", reducedMotion: "reduce", forcedColors: theme === "forced" ? "active" : "none" });
    await this.settles();
    await this.page.evaluate((to) => {
      if (to === undefined) scrollTo(0, 0);
      else document.querySelector(to)?.scrollIntoView({ block: "start" });
    }, scroll);
    await this.settles();
  }

  /** What was asked for is there and drawn. */
  async settles(): Promise<void> {
    for (let calm = 0; calm < 2;) {
      const drawn = await this.page.evaluate(async () => {
        await document.fonts.ready;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return [...document.images].every((image) => image.complete);
      });
      calm = drawn && this.paper.idle ? calm + 1 : 0;
    }
  }

  /** The window as it is seen. */
  async picture(format: "webp" | "png" = "webp"): Promise<Buffer> {
    const { data } = await this.camera.send("Page.captureScreenshot", { format, ...(format === "webp" ? { quality } : {}) });
    return Buffer.from(data, "base64");
  }

  async close(): Promise<void> {
    await this.page.unrouteAll({ behavior: "ignoreErrors" });
    await this.context.close();
  }
}
