import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Certificate } from "./certificate";
import { Witness } from "./household";
import { addresses, type Network } from "./network";
import type { Program } from "./program";
import type { Stage } from "./stage";

/** Beside the real ones. */
const port = 8443;

/**
 * The baseline: the same page with the same snapshot, after one bare WebSocket. It stands where the real page's
 * WebSocket ends, at soul-server or on the host's LAN.
 */
export class Bare {
  private constructor(private readonly program: Program, private readonly stage: Stage, private readonly network: Network, private readonly programs: string, private readonly origin: string) {}

  static async starts(stage: Stage, network: Network, programs: string, certificate: Certificate): Promise<Bare> {
    const soul = stage.link.startsWith("https:");
    const at = `${soul ? addresses.soul : addresses.host}:${port}`;
    const tls = soul ? ["-cert", certificate.certificate, "-key", certificate.key] : [];
    const program = stage.start("bare", network.within(soul ? "soul" : "host", join(programs, "bare"), "-listen", at, ...tls));
    await program.prints((line) => (line.startsWith("listening on ") ? true : undefined));
    return new Bare(program, stage, network, programs, `${soul ? "https" : "http"}://${at}`);
  }

  /** As the jam is now. Gives the link to it, which has no key: nobody seals here. */
  async shows(): Promise<string> {
    const code = /\/jam\/([^#/]+)/.exec(this.stage.link)?.[1] ?? "";
    const landing = `${this.stage.home.replace("ws", "http").replace("/ws/jam/", "/api/jam/sessions/")}`;
    const [command, ...args] = this.network.within("host", "node", "-e", "fetch(process.argv[1]).then((got) => got.text()).then(console.log)", landing);
    await this.tell("landing", execFileSync(command, args, { encoding: "utf8" }).trim());
    await this.tell("joined", await Witness.snapshot(this.stage, this.network, this.programs));
    return `${this.origin}/jam/${code}`;
  }

  private async tell(kind: string, json: string): Promise<void> {
    const from = this.program.lines.length;
    this.program.say(`${kind} ${json}`);
    await this.program.prints((line) => (line === `has ${kind}` ? true : undefined), { from });
  }
}
