import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { calledWith, issuedBy, measured, said } from "./secrets";

const binary = resolve(import.meta.dirname, "../../../bin/hostd");

/** What a hostd of a scene is started with. */
export interface Options {
  data: string;
  music: string;
  player?: "mpv" | "silent";
  /** Put first into PATH, where a scene's own mpv lies. */
  bin?: string;
  args?: string[];
}

/** A port that is free now. A scene whose hostd comes back must find it at the same address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The real daemon, on loopback. */
export class Hostd {
  private child: ChildProcess | null = null;
  private log = "";
  private printed = "";
  /** How much of the log has been kept for the search at the end. */
  private kept = 0;
  lan = "";
  console = "";

  private constructor(private readonly options: Options, private readonly ports: [number, number]) {}

  static async start(options: Options): Promise<Hostd> {
    const hostd = new Hostd(options, [await freePort(), await freePort()]);
    await hostd.again();
    return hostd;
  }

  /** Starts it (again), on the same data and ports. */
  async again(): Promise<void> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: make build`);
    const { data, music, player = "silent", bin, args = [] } = this.options;
    const [lan, console] = this.ports;
    const child = spawn(binary, [
      "serve", "--data", data, "--music", music, "--player", player, "--name", "Hanna", "--mdns=false", "--p2p-listen", "127.0.0.1:0",
      "--listen", `127.0.0.1:${lan}`, "--console", `127.0.0.1:${console}`, "--log-level", "debug", ...args,
    ], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PATH: bin === undefined ? process.env.PATH : `${bin}:${process.env.PATH}` } });
    this.child = child;
    child.stderr.on("data", (text: Buffer) => (this.log += text.toString()));
    child.stdout.on("data", (text: Buffer) => (this.printed += text.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      this.lan = /^listening on (.*)$/.exec(line)?.[1] ?? this.lan;
      this.console = /^console on (.*)$/.exec(line)?.[1] ?? "";
      if (this.console !== "") return;
    }
    throw new Error(`hostd did not start:\n${this.log}`);
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get token(): string {
    return readFileSync(join(this.options.data, "host.token"), "utf8").trim();
  }

  get consoleLink(): string {
    return `${this.console}/#token=${this.token}`;
  }

  /** All that it has logged, on all its starts. */
  get logged(): string {
    return this.log;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null) return;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, signal === "SIGKILL" ? "exit" : "close") : null;
    if (gone !== null) {
      calledWith(child.pid ?? 0);
      await measured(`${this.console}/metrics`);
    }
    issuedBy(this.options.data);
    child.kill(signal);
    await gone;
    said("hostd's log", this.log.slice(this.kept));
    said("hostd's stdout", this.printed);
    [this.kept, this.printed] = [this.log.length, ""];
  }
}
