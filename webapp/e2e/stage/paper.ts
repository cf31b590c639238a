import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page, Route } from "playwright-core";
import type { ServerMessage, TrackInfo } from "../../src/session/wire.gen";
import { code, console_, link, now, tracks } from "./evening";

const dist = resolve(import.meta.dirname, "../../dist");
const qr = readFileSync(join(import.meta.dirname, "qr.svg"), "utf8");

/** A host that is only played: what it answers, so that any moment of a jam can be looked at, the same every time. */
export interface Script {
  /** To whoever asks to come in, to come back or to watch. Nothing: no answer comes at all. */
  entry?: ServerMessage[];
  /** Then it closes with this code. */
  closes?: number;
  /** The WebSocket is never open. */
  unreachable?: boolean;
  /** Answers to commands by their type; others are acknowledged. */
  answers?: Record<string, ServerMessage[]>;
  /** Answers over HTTP by "METHOD /path": a value, or a status and its value. */
  http?: Record<string, unknown>;
}

export class Status {
  constructor(readonly status: number, readonly body: unknown) {}
}

const kinds: Record<string, string> = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", html: "text/html", webmanifest: "application/manifest+json", png: "image/png" };

/** Everything that a page asks for, from the built app and the script; nothing goes out into the network. */
export class Paper {
  private asked = 0;

  private constructor(private readonly page: Page, private readonly script: Script) {}

  /** Before the page goes anywhere. */
  static async behind(page: Page, script: Script): Promise<Paper> {
    const paper = new Paper(page, script);
    await page.addInitScript(played, { script, tracks, now });
    await page.route("**/*", (route) => paper.answer(route));
    return paper;
  }

  /** Something that the host says by itself. */
  async tells(...messages: ServerMessage[]): Promise<void> {
    await this.page.evaluate((messages) => (window as unknown as { paper: Played }).paper.tell(messages), messages);
  }

  /** The connection breaks, and none comes about any more. */
  async breaks(): Promise<void> {
    await this.page.evaluate(() => (window as unknown as { paper: Played }).paper.cut());
  }

  /** Nothing is on its way. */
  get idle(): boolean {
    return this.asked === 0;
  }

  private async answer(route: Route): Promise<void> {
    this.asked += 1;
    try {
      const { status, body, type } = this.find(route.request().method(), new URL(route.request().url()));
      await route.fulfill({ status, body, contentType: type });
    } catch {
      // The page is gone.
    } finally {
      this.asked -= 1;
    }
  }

  private find(method: string, { pathname, origin, protocol }: URL): { status: number; body: string | Buffer; type: string } {
    if (protocol === "blob:" || protocol === "data:") throw new Error("never asked for");
    const told = this.script.http?.[`${method} ${pathname}`];
    if (told instanceof Status) return { status: told.status, body: JSON.stringify(told.body), type: "application/json" };
    if (told !== undefined) return { status: 200, body: JSON.stringify(told), type: "application/json" };
    if (/\/art\//.test(pathname)) return cover(/song-\d+|current/.exec(pathname)?.[0] ?? "");
    if (/qr\.svg$/.test(pathname)) return { status: 200, body: qr, type: "image/svg+xml" };
    if (pathname.startsWith("/api/")) return { status: 404, body: "{}", type: "application/json" };
    const document = origin === console_ ? "console.html" : "index.html";
    const file = /\.\w+$/.test(pathname) ? [join(dist, pathname), join(dist, "en", pathname)].find(existsSync) : join(dist, "en", document);
    if (file === undefined) return { status: 404, body: "", type: "text/plain" };
    return { status: 200, body: readFileSync(file), type: kinds[/\w+$/.exec(file)?.[0] ?? ""] ?? "application/octet-stream" };
  }
}

/** Where the pages of that evening are. */
export const places = {
  start: `${new URL(link).origin}/`, jam: link, session: `${link}/session`, tv: `${link}/display`,
  console: `${console_}/#token=paper`, consoleWithoutKey: `${console_}/`,
};

/** A sleeve, drawn from the song's name. */
function cover(name: string): { status: number; body: string; type: string } {
  const n = Number(/\d+/.exec(name)?.[0] ?? 1);
  const [ground, shape] = [(250 + n * 47) % 360, (20 + n * 83) % 360];
  const circles = [0, 1, 2].map((i) => `<circle cx="${20 + ((n * 31 + i * 53) % 60)}" cy="${20 + ((n * 17 + i * 41) % 60)}" r="${34 - i * 10}" fill="hsl(${shape} 65% ${52 + i * 10}%)" opacity=".8"/>`);
  return {
    status: 200, type: "image/svg+xml",
    body: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="640" height="640"><rect width="100" height="100" fill="hsl(${ground} 45% 26%)"/>${circles.join("")}</svg>`,
  };
}

interface Played {
  tell(messages: ServerMessage[]): void;
  cut(): void;
}

/** Runs in the page before its own scripts: the host's end of the WebSocket, and time and chance that stand still. */
function played({ script, tracks, now }: { script: Script; tracks: TrackInfo[]; now: number }): void {
  Math.random = () => 0.5;
  window.Date = new Proxy(Date, {
    construct: (real, values: unknown[]) => Reflect.construct(real, values.length === 0 ? [now] : values) as Date,
    get: (real, name) => (name === "now" ? () => now : (Reflect.get(real, name) as unknown)),
  });
  // What waits for a second or more would happen while the picture is taken, or not.
  const [timeout, interval] = [window.setTimeout, window.setInterval];
  window.setTimeout = ((what: TimerHandler, ms = 0, ...rest: unknown[]) => (ms >= 900 || (down && ms >= 150) ? 0 : timeout(what, ms, ...rest))) as typeof window.setTimeout;
  window.setInterval = ((what: TimerHandler, ms = 0, ...rest: unknown[]) => (ms >= 900 ? 0 : interval(what, ms, ...rest))) as typeof window.setInterval;
  let down = script.unreachable === true;
  let last: PaperSocket | null = null;

  class PaperSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly extensions = "";
    readonly bufferedAmount = 0;
    readonly protocol: string;
    binaryType = "blob";
    readyState = 0;
    onopen: ((event: Event) => void) | null = null;
    onmessage: ((event: MessageEvent) => void) | null = null;
    onclose: ((event: CloseEvent) => void) | null = null;
    onerror: ((event: Event) => void) | null = null;

    constructor(readonly url: string, protocols?: string | string[]) {
      super();
      // Of several, the plain one: what is sealed is for soul-servers.
      this.protocol = protocols === undefined ? "" : typeof protocols === "string" ? protocols : (protocols.find((one) => one === "jam.v1") ?? protocols[0] ?? "");
      last = this;
      queueMicrotask(() => (down ? this.ends(1006) : this.opens()));
    }

    private fire(event: Event): void {
      (this[`on${event.type}` as "onopen"] as ((event: Event) => void) | null)?.(event);
      this.dispatchEvent(event);
    }

    private opens(): void {
      this.readyState = 1;
      this.fire(new Event("open"));
    }

    ends(code: number): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.fire(new CloseEvent("close", { code }));
    }

    hears(messages: ServerMessage[]): void {
      if (messages.length > 0 && this.readyState === 1) this.fire(new MessageEvent("message", { data: JSON.stringify(messages) }));
    }

    send(data: unknown): void {
      if (typeof data === "string") queueMicrotask(() => this.asked(JSON.parse(data) as { type: string; id?: string; q?: string; t0?: number }));
    }

    private asked({ type, id = "", q = "", t0 = 0 }: { type: string; id?: string; q?: string; t0?: number }): void {
      const told = script.answers?.[type];
      if (told !== undefined) return this.hears(told.map((message) => ({ ...message, ...(message.type === "error" || message.type === "ack" ? { id } : {}) })));
      switch (type) {
        case "join_request": case "resume": case "watch":
          this.hears(script.entry ?? []);
          if (script.closes !== undefined) this.ends(script.closes);
          return;
        case "ping": return this.hears([{ type: "pong", t0, t1: Date.now() }]);
        case "search": {
          const found = q === "" ? tracks.slice(6) : tracks.filter(({ title, artist }) => `${title} ${artist}`.toLowerCase().includes(q.toLowerCase()));
          return this.hears([{ type: "search_results", id, q, tracks: found }]);
        }
        case "leave": return this.ends(4506);
      }
      if (id !== "") this.hears([{ type: "ack", id, seq: 100 }]);
    }

    close(): void {
      this.readyState = 3;
    }
  }

  const paper: Played = {
    tell: (messages) => last?.hears(messages),
    cut: () => {
      down = true;
      last?.ends(1006);
    },
  };
  Object.assign(window, { WebSocket: PaperSocket, paper });
}

/** The seat of somebody who was here before, in that browser's storage. */
export const seated: [string, string] = [`jam.seat.${code}`, JSON.stringify({ resume_token: "paper", participant_id: "me" })];
