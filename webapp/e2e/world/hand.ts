import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Hostd } from "./hostd";

/** What the host's connection remembers, in the page that holds it. */
interface Held {
  socket: WebSocket;
  ids: Map<string, string>;
  answers: Map<string, (refusal: string | null) => void>;
}

/**
 * The host without a console: a WebSocket that speaks the protocol, for scenes that look at guests only. It names
 * people as the jam does.
 */
export class Hand {
  private asked = 0;
  private constructor(private readonly context: BrowserContext, private readonly page: Page) {}

  static async joins(browser: Browser, hostd: Hostd, code: string): Promise<Hand> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(hostd.console);
    await page.evaluate(({ code, token }) => new Promise<void>((done, failed) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/jam/${code}`, "jam.v1");
      const held: Held = { socket, ids: new Map(), answers: new Map() };
      Object.assign(window, { held });
      socket.onopen = () => socket.send(JSON.stringify({ type: "join_request", user_token: token, v: 1 }));
      socket.onclose = (event) => failed(new Error(`the host's connection was closed with ${event.code}`));
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        type Person = { id: string; display_name: string };
        type Message = { type: string; id?: string; message?: string; participant?: Person; session?: { participants: Person[] } };
        const frame = JSON.parse(data) as Message | Message[];
        for (const { type, id, message, participant, session } of Array.isArray(frame) ? frame : [frame]) {
          for (const person of [...(participant === undefined ? [] : [participant]), ...(session?.participants ?? [])]) held.ids.set(person.display_name, person.id);
          if (type === "joined") done();
          if (type === "ack" || type === "error") held.answers.get(id ?? "")?.(type === "ack" ? null : (message ?? "refused"));
        }
      };
    }), { code, token: hostd.token });
    return new Hand(context, page);
  }

  /** Gives a command; "@Name" in its values stands for the id of that person, once they are known. */
  async does(command: Record<string, unknown>): Promise<void> {
    this.asked += 1;
    await this.page.evaluate(({ command, id }) => new Promise<void>((done, failed) => {
      const { held } = window as unknown as { held: Held };
      const named = Object.entries(command).find(([, value]) => typeof value === "string" && value.startsWith("@"));
      const give = () => {
        const who = named === undefined ? "" : held.ids.get(String(named[1]).slice(1));
        if (who === undefined) return void setTimeout(give, 50);
        held.answers.set(id, (refusal) => (refusal === null ? done() : failed(new Error(refusal))));
        held.socket.send(JSON.stringify({ ...command, ...(named === undefined ? {} : { [named[0]]: who }), id }));
      };
      give();
    }), { command, id: `hand-${this.asked}` });
  }

  async goes(): Promise<void> {
    await this.context.close();
  }
}
