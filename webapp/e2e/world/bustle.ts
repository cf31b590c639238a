import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Hostd } from "./hostd";

/** What the connection remembers, in the page that holds it. */
interface Held {
  say(command: Record<string, unknown>): Promise<void>;
  tracks: string[];
  order: string[];
  timer: ReturnType<typeof setInterval> | undefined;
}

/** A jam at its busiest: one connection with the host's rights, which no rate holds back, fills the queue and stirs it. */
export class Bustle {
  private constructor(private readonly context: BrowserContext, private readonly page: Page) {}

  static async joins(browser: Browser, hostd: Hostd, code: string): Promise<Bustle> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(hostd.console);
    await page.evaluate(({ code, token }) => new Promise<void>((done, failed) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/jam/${code}`, "jam.v1");
      const answers = new Map<string, (refusal: string | null) => void>();
      let asked = 0;
      const held: Held = {
        tracks: [], order: [], timer: undefined,
        say: (command) => new Promise((told, refused) => {
          asked += 1;
          answers.set(`b-${asked}`, (refusal) => (refusal === null ? told() : refused(new Error(refusal))));
          socket.send(JSON.stringify({ ...command, id: `b-${asked}` }));
        }),
      };
      Object.assign(window, { held });
      socket.onopen = () => socket.send(JSON.stringify({ type: "join_request", user_token: token, v: 1 }));
      socket.onclose = (event) => failed(new Error(`closed with ${event.code}`));
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        type Message = { type: string; id?: string; message?: string; item?: { id: string }; item_id?: string; order?: string[]; tracks?: { track_id: string }[] };
        const frame = JSON.parse(data) as Message | Message[];
        for (const { type, id, message, item, item_id, order, tracks } of Array.isArray(frame) ? frame : [frame]) {
          if (type === "joined") socket.send(JSON.stringify({ type: "search", id: "all", q: "", limit: 50 }));
          if (type === "search_results") held.tracks = (tracks ?? []).map(({ track_id }) => track_id);
          if (type === "search_results") done();
          if (type === "track_added" && item !== undefined) held.order.push(item.id);
          if (type === "track_removed" || type === "now_playing") held.order = held.order.filter((one) => one !== (item_id ?? item?.id));
          if (type === "queue_order" && order !== undefined) held.order = order;
          if (type === "ack" || type === "error") answers.get(id ?? "")?.(type === "ack" ? null : (message ?? "refused"));
        }
      };
    }), { code, token: hostd.token });
    return new Bustle(context, page);
  }

  /** Gives one command and waits for the answer. */
  async does(command: Record<string, unknown>): Promise<void> {
    await this.page.evaluate((command) => (window as unknown as { held: Held }).held.say(command), command);
  }

  /** The id of a track. */
  track(nth: number): Promise<string> {
    return this.page.evaluate((nth) => (window as unknown as { held: Held }).held.tracks[nth] ?? "", nth);
  }

  /** Adds so many songs, over and over the same ones. */
  async fills(songs: number): Promise<void> {
    await this.page.evaluate(async (songs) => {
      const { held } = window as unknown as { held: Held };
      for (let i = 0; i < songs; i += 1) await held.say({ type: "add_track", track_id: held.tracks[i % held.tracks.length] });
    }, songs);
  }

  /** Moves the item at one place in front of the one at another. */
  async moves(from: number, to: number): Promise<void> {
    await this.page.evaluate(({ from, to }) => {
      const { held } = window as unknown as { held: Held };
      return held.say({ type: "reorder", queue_item_id: held.order[from], before: held.order[to] ?? null });
    }, { from, to });
  }

  /** From now on one thing happens this often, ms: votes, moves, songs that come and go, words and emojis, by turns. */
  async begins(everyMs: number): Promise<void> {
    await this.page.evaluate((everyMs) => {
      const { held } = window as unknown as { held: Held };
      let turn = 0;
      const any = (of: string[], below = of.length) => of[(turn * 7919) % Math.min(below, of.length)];
      held.timer = setInterval(() => {
        turn += 1;
        const acts = [
          { type: "upvote", queue_item_id: any(held.order) }, { type: "react", emoji: "🔥" },
          // Far jumps and near ones: what is last comes to the front, and the front changes.
          { type: "reorder", queue_item_id: held.order[held.order.length - 1], before: held.order[2] }, { type: "chat", message: `Said ${turn}` },
          { type: "remove_track", queue_item_id: any(held.order, 12) }, { type: "add_track", track_id: any(held.tracks) },
          { type: "reorder", queue_item_id: any(held.order, 6), before: any(held.order.slice(6), 6) }, { type: "react", emoji: "❤️" },
          { type: "unupvote", queue_item_id: any(held.order) }, { type: "reorder", queue_item_id: any(held.order), before: held.order[0] },
        ];
        // An item may be gone by then: nothing to see to.
        void held.say(acts[turn % acts.length] ?? {}).catch(() => undefined);
      }, everyMs);
    }, everyMs);
  }

  async rests(): Promise<void> {
    await this.page.evaluate(() => clearInterval((window as unknown as { held: Held }).held.timer));
  }

  async goes(): Promise<void> {
    await this.context.close();
  }
}
