import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./cases";
import type { Certificate } from "./certificate";
import { addresses, type Network } from "./network";
import { Program } from "./program";

/** Longer than any run of the lab, so that the same song plays throughout. */
const songSeconds = 1200;

export const title = (nth: number) => `Song ${nth}`;

/** Songs without a sound, since nobody listens: a person adds each once. */
export function makeSongs(dir: string, count: number): void {
  mkdirSync(dir);
  const args = Array.from({ length: count }, (_, i) => [
    "-map", "0:a", "-metadata", `title=${title(i + 1)}`, "-metadata", "artist=Lab", "-t", String(songSeconds), "-c:a", "flac", join(dir, `${i + 1}.flac`),
  ]);
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "anullsrc=channel_layout=mono:sample_rate=8000", ...args.flat()]);
}

/** What plays a case: the real programs, in their places. */
export class Stage {
  private readonly programs: Program[] = [];
  /** What the guest opens. */
  link = "";
  /** The jam's WebSocket on the host's LAN. */
  home = "";

  constructor(private readonly network: Network, private readonly which: Case, private readonly dir: string, private readonly certificate: Certificate) {}

  /** The cable to far away must lie before anything else. */
  async layCable(programs: string): Promise<void> {
    const { far } = this.which;
    if (far === undefined) return;
    const wire = this.start("the wire", this.network.within("wire", join(programs, "wire"), "-delay", `${far.delayMs}ms`, "-loss", String(far.lossPercent), "w1", "w2"));
    await wire.prints((line) => (line === "carrying" ? true : undefined));
  }

  async set(music: string): Promise<void> {
    if (this.which.soul === "serves") await this.startRelay();
    await this.startHost(music);
  }

  async strike(): Promise<void> {
    for (const program of this.programs.splice(0).reverse()) await program.stop();
  }

  /** For whoever looks for what went wrong. */
  states(): { title: string; running: boolean; logged: string }[] {
    return this.programs.map((program) => ({ title: program.title, running: program.running, logged: program.logged() }));
  }

  start(title: string, command: [string, ...string[]], env: Record<string, string> = {}): Program {
    const program = Program.start(title, command, env);
    this.programs.push(program);
    return program;
  }

  private async startRelay(): Promise<void> {
    const relay = this.start("relay", this.network.within("soul", binary("relay"), "serve",
      "--listen", `${addresses.soul}:443`, "--public-url", `https://${addresses.soul}`, "--stun-listen", `${addresses.soul}:3478`, "--p2p-listen", `${addresses.soul}:4001`,
      "--tls-cert", this.certificate.certificate, "--tls-key", this.certificate.key, "--data", join(this.dir, "relay")));
    await relay.prints((line) => (line.startsWith("listening on ") ? true : undefined));
  }

  private async startHost(music: string): Promise<void> {
    const soul = this.which.soul === "none" ? [] : ["--relay", `https://${addresses.soul}`];
    const hostd = this.start("hostd", this.network.within("host", binary("hostd"), "serve", ...soul, "--listen", ":7420",
      "--player", "silent", "--mdns=false", "--name", "Hanna", "--start", "Lab", "--music", music, "--data", join(this.dir, "host"), "--log-level", "debug"),
    { SSL_CERT_FILE: this.certificate.authority });
    const code = await hostd.prints((line) => /^ {2}code {2}(\S+)$/.exec(line)?.[1]);
    const own = `http://${addresses.host}:7420/jam/${code}`;
    const wanted = this.which.soul === "serves" ? `https://${addresses.soul}/jam/` : own;
    // Where soul-server cannot be reached hostd may print either: the guest takes the address of the LAN.
    this.link = this.which.soul === "away" ? own : await hostd.prints((line) => linkIn(line, wanted));
    this.home = own.replace("http", "ws").replace("/jam/", "/ws/jam/");
  }
}

function linkIn(line: string, begins: string): string | undefined {
  const link = /^ {2}link {2}(\S+)$/.exec(line)?.[1];
  return link?.startsWith(begins) === true ? link : undefined;
}

export function binary(name: string): string {
  const path = join(process.cwd(), "../bin", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: make build`);
  return path;
}
