import type { Network } from "./network";
import type { Program } from "./program";
import { title, type Stage } from "./stage";

/** A message that the witness got, and when. */
export interface Heard {
  at: number;
  message: { type: string; id?: string; message?: string; from?: string; tracks?: { track_id: string; title: string }[] };
}

/** Somebody at the host's, without a browser: fills the queue, and hears what hostd tells everybody. */
export class Witness {
  private asked = 0;
  private constructor(private readonly program: Program) {}

  static async joins(stage: Stage, network: Network, programs: string): Promise<Witness> {
    const flags = typeof WebSocket === "undefined" ? ["--experimental-websocket"] : [];
    const program = stage.start("the witness", network.within("host", "node", ...flags, "--no-warnings", `${programs}/witness.mjs`, stage.home));
    const witness = new Witness(program);
    witness.tell({ type: "join_request", display_name: "Wanda", v: 1 });
    await witness.hears(({ message }) => message.type === "joined");
    return witness;
  }

  /** What hostd tells somebody who comes now, as it is. Whoever asked is gone again. */
  static async snapshot(stage: Stage, network: Network, programs: string): Promise<string> {
    const witness = await Witness.joins(stage, network, programs);
    const { message } = await witness.hears((heard) => heard.message.type === "joined");
    witness.tell({ type: "leave" });
    await witness.program.stop();
    return JSON.stringify(message);
  }

  /** Songs from the first on: one plays, the rest is the queue that guests wait for. */
  async adds(count: number): Promise<void> {
    for (let nth = 1; nth <= count; nth++) {
      const track = await this.finds(title(nth));
      const id = this.tell({ type: "add_track", track_id: track });
      const { message } = await this.hears((heard) => heard.message.id === id);
      if (message.type !== "ack") throw new Error(`the witness cannot add ${title(nth)}: ${message.message}`);
    }
  }

  says(text: string): void {
    this.tell({ type: "chat", message: text });
  }

  hears(wanted: (heard: Heard) => boolean, withinMs?: number): Promise<Heard> {
    const find = (line: string) => [JSON.parse(line) as Heard].find(wanted);
    return this.program.prints(find, withinMs === undefined ? {} : { withinMs });
  }

  /** All that was said by others or itself, in its order. */
  get chat(): Heard[] {
    return this.program.lines.map((line) => JSON.parse(line) as Heard).filter(({ message }) => message.type === "chat_message");
  }

  /** hostd is still reading the songs when the jam begins. */
  private async finds(wanted: string): Promise<string> {
    for (let tries = 0; tries < 50; tries++) {
      const id = this.tell({ type: "search", q: wanted });
      const { message } = await this.hears((heard) => heard.message.id === id);
      const track = message.tracks?.find((found) => found.title === wanted);
      if (track !== undefined) return track.track_id;
      await new Promise((done) => setTimeout(done, 300));
    }
    throw new Error(`hostd finds no ${wanted}`);
  }

  private tell(message: Record<string, unknown>): string {
    this.asked += 1;
    const id = `witness-${this.asked}`;
    this.program.say(JSON.stringify({ ...message, id }));
    return id;
  }
}
