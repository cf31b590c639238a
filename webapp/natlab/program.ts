import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that was asked to stop gets so long before it is killed. */
const stopWithinMs = 5_000;

/** A program that runs beside the lab, usually in a namespace. */
export class Program {
  /** The lines it has printed. */
  readonly lines: string[] = [];
  private errors = "";
  private readonly listeners = new Set<() => void>();

  private constructor(readonly title: string, private readonly child: ChildProcess) {
    child.stderr?.on("data", (text: Buffer) => (this.errors += text.toString()));
    child.on("error", (error) => (this.errors += `${error}\n`));
    child.on("exit", () => this.tell());
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.lines.push(line);
        this.tell();
      });
    }
  }

  /** It gets a process group of its own: Ctrl-C reaches the lab alone, which then stops everything in its order. */
  static start(title: string, command: [string, ...string[]], env: Record<string, string> = {}): Program {
    const [file, ...args] = command;
    return new Program(title, spawn(file, args, { detached: true, stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } }));
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The end of what it has logged. */
  logged(lines = 40): string {
    return this.errors.trimEnd().split("\n").slice(-lines).join("\n");
  }

  say(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** The first line, from that number on, in which something is found. */
  async prints<T>(find: (line: string) => T | undefined, { from = 0, withinMs = 15_000 } = {}): Promise<T> {
    let at = from;
    const look = (): T | undefined => {
      for (; at < this.lines.length; at++) {
        const found = find(this.lines[at] ?? "");
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return new Promise((found, failed) => {
      const done = (finish: () => void) => {
        clearTimeout(timer);
        this.listeners.delete(check);
        finish();
      };
      const timer = setTimeout(() => done(() => failed(new Error(`${this.title} did not say what was waited for within ${withinMs / 1000} s`))), withinMs);
      const check = () => {
        const value = look();
        if (value !== undefined) done(() => found(value));
        else if (!this.running) done(() => failed(new Error(`${this.title} ended with ${this.child.exitCode ?? this.child.signalCode}:\n${this.logged()}`)));
      };
      this.listeners.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    if (!this.running || this.child.pid === undefined) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), stopWithinMs);
    await gone;
    clearTimeout(timer);
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
