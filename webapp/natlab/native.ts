import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Network } from "./network";
import type { Program } from "./program";
import { binary, type Stage } from "./stage";

/** How a member came in who runs the program itself. */
export interface NativeWay {
  /** From the program's start until it has a seat. */
  seatMs: number;
  /** From its start until nobody carries its words any more; null if it never came to that. */
  directMs: number | null;
  /** The path that it says in the end. */
  path: string;
}

/** A line of `hostd join --json`: a message of the host's, or how the visit stands. */
interface Line {
  type: string;
  id?: string;
  state?: string;
  path?: string;
  said?: string;
  message?: string;
  tracks?: { track_id: string; title: string }[];
}

/** Whoever has no direct path after this keeps the one there is, for the lab. */
const settledMs = 12_000;

/** Somebody at a terminal of their own: `hostd join --json`. */
export class Native {
  private asked = 0;
  private path = "none";

  private constructor(private readonly program: Program, private readonly started: number) {}

  static starts(stage: Stage, network: Network, link: string, name: string, dir: string, authority: string): Native {
    mkdirSync(dir, { recursive: true });
    const command = network.within("guest", binary("hostd"), "join", "--json", "--mdns=false", "--name", name, "--data", join(dir, name.replaceAll(" ", "-")), link);
    const started = performance.now();
    return new Native(stage.start(name, command, { SSL_CERT_FILE: authority }), started);
  }

  async joins(): Promise<NativeWay> {
    await this.stands(({ state }) => state === "joined");
    const seatMs = performance.now() - this.started;
    const direct = await this.stands(({ state, path }) => state === "joined" && path !== "relayed", settledMs).catch(() => null);
    return { seatMs, directMs: direct === null ? null : performance.now() - this.started, path: this.path };
  }

  async adds(title: string): Promise<void> {
    const { tracks } = await this.asks({ type: "search", q: title });
    const track = tracks?.find((found) => found.title === title);
    if (track === undefined) throw new Error(`the search does not find ${title}`);
    await this.asks({ type: "add_track", track_id: track.track_id });
  }

  async leaves(): Promise<void> {
    this.program.say(JSON.stringify({ type: "leave" }));
    await this.program.stop();
  }

  /** Sends a command and gives its answer. */
  private async asks(command: Record<string, unknown>): Promise<Line> {
    const id = `lab-${(this.asked += 1)}`;
    this.program.say(JSON.stringify({ ...command, id }));
    const answer = await this.program.prints((text) => [JSON.parse(text) as Line].find((line) => line.id === id));
    if (answer.type === "error") throw new Error(`${command["type"]} was refused: ${answer.message}`);
    return answer;
  }

  private stands(wanted: (line: Line) => boolean, withinMs?: number): Promise<Line> {
    const find = (text: string): Line | undefined => {
      const line = JSON.parse(text) as Line;
      if (line.type !== "visit") return undefined;
      if (line.path !== undefined) this.path = line.path;
      if (line.state === "over") throw new Error(`the visit is over: ${line.said}`);
      return wanted(line) ? line : undefined;
    };
    return this.program.prints(find, withinMs === undefined ? {} : { withinMs });
  }
}
