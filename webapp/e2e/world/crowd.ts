import type { Browser, BrowserContext, Page } from "playwright-core";

/** Those on the way in at the same time: Chromium makes a page with more of them wait for seconds. */
const atOnce = 8;

/** Many guests in one page: each a WebSocket that speaks the jam's messages itself, and keeps what it hears to itself. */
export class Crowd {
  private constructor(private readonly context: BrowserContext, private readonly page: Page, private readonly code: string) {}

  /** A page of the jam's own origin, from which foreign ones are refused. */
  static async gathers(browser: Browser, link: string): Promise<Crowd> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(new URL("/", link).href);
    const code = /\/jam\/([^/?#]+)/.exec(link)?.[1] ?? "";
    await page.evaluate(() => Object.assign(window, { crowd: new Map() }));
    return new Crowd(context, page, code);
  }

  /** They are called `name 1`, `name 2` and so on, and come in this order but for those on the way together. */
  async joins(names: string[]): Promise<void> {
    for (let from = 0; from < names.length; from += atOnce) {
      await this.page.evaluate(
        ({ names, code }) => Promise.all(names.map((display_name) => new Promise<void>((done, failed) => {
          const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/jam/${code}`, "jam.v1");
          (window as unknown as { crowd: Map<string, WebSocket> }).crowd.set(display_name, socket);
          socket.onopen = () => socket.send(JSON.stringify({ type: "join_request", display_name, v: 1 }));
          socket.onclose = (event) => failed(new Error(`${display_name}: closed with ${event.code}`));
          socket.onmessage = ({ data }: MessageEvent<string>) => {
            const frame = JSON.parse(data) as { type: string; message?: string } | { type: string; message?: string }[];
            for (const { type, message } of Array.isArray(frame) ? frame : [frame]) {
              if (type === "joined") done();
              if (type === "error") failed(new Error(`${display_name}: ${message}`));
            }
          };
        }))).then(() => undefined),
        { names: names.slice(from, from + atOnce), code: this.code },
      );
    }
  }

  /** One of them searches a song by its title and adds it. */
  async adds(name: string, title: string): Promise<void> {
    await this.page.evaluate(({ name, title }) => new Promise<void>((done, failed) => {
      const socket = (window as unknown as { crowd: Map<string, WebSocket> }).crowd.get(name);
      if (socket === undefined) return failed(new Error(`nobody is called ${name}`));
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const frame = JSON.parse(data) as Record<string, unknown> | Record<string, unknown>[];
        for (const { type, id, tracks, message } of Array.isArray(frame) ? frame : [frame]) {
          const [track] = (tracks ?? []) as { track_id: string }[];
          if (type === "search_results") socket.send(JSON.stringify({ type: "add_track", id: "add", track_id: track?.track_id }));
          if (type === "ack" && id === "add") done();
          if (type === "error") failed(new Error(String(message)));
        }
      };
      socket.send(JSON.stringify({ type: "search", id: "search", q: title }));
    }), { name, title });
  }

  /** They press Leave. */
  async leaves(names: string[]): Promise<void> {
    await this.page.evaluate((names) => Promise.all(names.map((name) => new Promise<void>((done) => {
      const socket = (window as unknown as { crowd: Map<string, WebSocket> }).crowd.get(name);
      if (socket === undefined) return done();
      socket.onclose = () => done();
      socket.send(JSON.stringify({ type: "leave" }));
    }))).then(() => undefined), names);
  }

  async goes(): Promise<void> {
    await this.context.close();
  }
}
