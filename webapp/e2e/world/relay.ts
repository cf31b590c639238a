import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./hostd";
import { calledWith, issuedBy, measured, said } from "./secrets";

const binary = resolve(import.meta.dirname, "../../../bin/relay");

/** The real program of a soul-server, on loopback, which a browser takes for a secure context. */
export class Relay {
  private child: ChildProcess | null = null;
  private log = "";
  /** How much of the log has been kept for the search at the end. */
  private kept = 0;

  private constructor(private readonly data: string, private readonly port: number, private readonly stun: number, private readonly metrics: number) {}

  static async start(dir: string): Promise<Relay> {
    const relay = new Relay(join(dir, "relay"), await freePort(), await freePort(), await freePort());
    await relay.again();
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), on the same data and port. */
  async again(): Promise<void> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: make build`);
    const child = spawn(binary, [
      "serve", "--listen", `127.0.0.1:${this.port}`, "--allow-host", "127.0.0.1", "--data", this.data, "--stun-listen", `127.0.0.1:${this.stun}`,
      "--p2p-listen", "127.0.0.1:0", "--metrics-listen", `127.0.0.1:${this.metrics}`, "--log-level", "debug",
    ], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    child.stderr.on("data", (text: Buffer) => (this.log += text.toString()));
    for await (const line of createInterface({ input: child.stdout })) if (line.startsWith("listening on ")) return;
    throw new Error(`relay did not start:\n${this.log}`);
  }

  /** Waits until a host has brought that jam. */
  async knows(code: string): Promise<void> {
    for (let tries = 0; tries < 150; tries++) {
      if ((await fetch(`${this.url}/api/jam/sessions/${code}`)).ok) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`the relay does not know ${code}:\n${this.log}`);
  }

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
      await measured(`http://127.0.0.1:${this.metrics}/metrics`);
    }
    issuedBy(this.data);
    child.kill(signal);
    await gone;
    said("the soul-server's log", this.log.slice(this.kept));
    this.kept = this.log.length;
  }
}

/** A guest's way to the soul-server, or to the host, which can be cut: bytes then go nowhere, and nobody is told, as where a phone loses its network. */
export class Road {
  private readonly sockets = new Set<Socket>();
  private broken = false;

  private constructor(private readonly server: Server, private readonly port: number) {}

  static async build(to: { readonly url: string }): Promise<Road> {
    const port = await freePort();
    const server = createServer((near) => road.carry(near, Number(new URL(to.url).port)));
    const road = new Road(server, port);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return road;
  }

  /** The same link, by this road. */
  to(link: string): string {
    const url = new URL(link);
    url.port = String(this.port);
    return url.href;
  }

  private carry(near: Socket, port: number): void {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.on("data", (bytes) => void (this.broken || to.write(bytes)));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.sockets.delete(from);
        if (!this.broken) to.destroy();
      });
    }
  }

  cut(): void {
    this.broken = true;
  }

  /** New connections pass again; those of before stay dead. */
  mend(): void {
    for (const socket of this.sockets) socket.destroy();
    this.broken = false;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
