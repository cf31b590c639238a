// The NAT lab: a host, a guest and a soul-server in networks of their own, all programs real. .ci/natlab builds and runs
// it with Node, in the folder webapp, as root. RUNS = guests per case, ONLY = a part of the names of the cases to play.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "./cases";
import { makeCertificate } from "./certificate";
import { failures, grid, movedLines, nativeGrid, type Outcome } from "./grid";
import { addresses, ownPrefix, removeLeftovers } from "./network";
import { play, songsBefore } from "./play";
import { makeSongs } from "./stage";
import { Undo } from "./undo";

const undo = new Undo();
let interrupted = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    tell(`natlab: ${signal}: removing the namespaces`);
    void undo.to(0).then(() => process.exit(130));
  });
}

/** How far it is goes to standard error; standard output is for the grid. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<number> {
  const runs = Number(process.env["RUNS"] || 3);
  const only = process.env["ONLY"] ?? "";
  const chosen = cases.filter(({ name }) => name.includes(only));
  if (chosen.length === 0 || !Number.isInteger(runs) || runs < 1) {
    tell(`natlab: RUNS=${runs} ONLY=${only}? The cases are: ${cases.map(({ name }) => name).join("; ")}`);
    return 2;
  }
  removeLeftovers(tmpdir());
  const dir = mkdtempSync(join(tmpdir(), ownPrefix));
  process.env["TMPDIR"] = dir; // the browser's profiles go with the rest
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const music = join(dir, "music");
  makeSongs(music, songsBefore + 2 * runs);
  const certificate = makeCertificate(dir, addresses.soul);
  const outcomes: Outcome[] = [];
  const depth = undo.depth;
  for (const [nth, which] of chosen.entries()) {
    if (interrupted) break;
    outcomes.push(await play({ which, runs, dir: join(dir, String(nth)), music, certificate, programs: import.meta.dirname, tell }, undo));
    await undo.to(depth);
  }
  console.log(`${grid(outcomes)}\n\n${nativeGrid(outcomes)}`);
  const found = outcomes.flatMap(failures);
  for (const sentence of [...movedLines(outcomes), ...found]) console.log(sentence);
  return found.length === 0 ? 0 : 1;
}

const status = await main().catch((error: unknown) => {
  console.error("natlab:", error);
  return 1;
});
await undo.to(0);
process.exit(interrupted ? 130 : status);
