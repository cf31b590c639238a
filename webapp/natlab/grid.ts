import type { Case } from "./cases";
import type { Way } from "./guest";
import type { Moved } from "./move";
import type { NativeWay } from "./native";

/** How a case came out. */
export interface Outcome {
  which: Case;
  runs: number;
  /** From the guest to the host and back, by way of soul-server where it serves. */
  rttMs: number;
  ways: Way[];
  /** From click to queue with the baseline, in turns with the guests. */
  bareMs: number[];
  /** How many added a song in the end. */
  added: number;
  /** Members at terminals of their own, and how many of them added a song. */
  natives: NativeWay[];
  nativesAdded: number;
  /** How those fared whose address changed. */
  moved: Moved[];
  /** What did not work, a sentence each. */
  complaints: string[];
}

/** In shorter round trips than this, ms, the network's time does not count beside that of the programs. */
const countsFromMs = 10;

/** What the lab fails on. */
export function failures({ which, runs, ways, added, natives, nativesAdded, moved, complaints }: Outcome): string[] {
  const found = [...complaints];
  if (ways.length < runs) found.push(`${which.name}: ${runs - ways.length} of ${runs} are not in the jam`);
  if (added < ways.length) found.push(`${which.name}: ${ways.length - added} of ${ways.length} could not add a song`);
  const elsewhere = which.must === undefined ? [] : ways.filter(({ path }) => path !== which.must);
  if (elsewhere.length > 0) found.push(`${which.name}: ${elsewhere.length} of ${ways.length} are not ${which.must} but ${elsewhere[0]?.path}`);
  if (natives.length < runs) found.push(`${which.name}: ${runs - natives.length} of ${runs} members at terminals are not in the jam`);
  if (nativesAdded < natives.length) found.push(`${which.name}: ${natives.length - nativesAdded} of ${natives.length} members at terminals could not add a song`);
  const astray = which.mustNative === undefined ? [] : natives.filter(({ path }) => path !== which.mustNative);
  if (astray.length > 0) found.push(`${which.name}: ${astray.length} of ${natives.length} members at terminals are not ${which.mustNative} but ${astray[0]?.path}`);
  const broken = moved.filter(({ lost, doubled }) => lost + doubled > 0);
  if (broken.length > 0) found.push(`${which.name}: ${broken.length} of ${moved.length} lost words or got them twice when their address changed`);
  return found;
}

export function grid(outcomes: Outcome[]): string {
  const head = ["host / guest", "in the jam", "path at last", "click to queue", "bare", "ratio", "round trip", "extra round trips", "to direct", "adds a song"];
  const rows = outcomes.map((outcome) => [
    outcome.which.name, `${outcome.ways.length} of ${outcome.runs}`, paths(outcome.ways), ...beside(outcome),
    milliseconds(present(outcome.ways)), `${outcome.added} of ${outcome.runs}`,
  ]);
  return table(head, rows);
}

/** The same for those who run the program themselves. */
export function nativeGrid(outcomes: Outcome[]): string {
  const head = ["host / member", "in the jam", "path at last", "start to seat", "to a path of its own", "adds a song"];
  return table(head, outcomes.map(({ which, runs, natives, nativesAdded }) => [
    which.name, `${natives.length} of ${runs}`, paths(natives), milliseconds(natives.map(({ seatMs }) => seatMs)), milliseconds(present(natives)), `${nativesAdded} of ${runs}`,
  ]));
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** From click to queue, beside the baseline. */
function beside({ ways, bareMs, rttMs }: Outcome): string[] {
  const queueMs = ways.map((way) => way.queueMs);
  const [real, bare] = [median(queueMs), median(bareMs)];
  return [
    milliseconds(queueMs), milliseconds(bareMs), Number.isNaN(real / bare) ? "" : (real / bare).toFixed(2),
    Number.isNaN(rttMs) ? "" : `${rttMs.toFixed(rttMs < countsFromMs ? 1 : 0)} ms`, rttMs >= countsFromMs ? ((real - bare) / rttMs).toFixed(1) : "",
  ];
}

export function movedSentence({ outMs, inMs, directMs, lost, doubled, path }: Moved): string {
  const direct = directMs === null ? "" : ` after ${Math.round(directMs)} ms`;
  return `the guest's address changes: words pass again after ${Math.round(outMs)} ms to the host and ${Math.round(inMs)} ms from it, ${lost} lost, ${doubled} doubled, then ${path}${direct}`;
}

/** The change of address has lines of its own under the grid. */
export function movedLines(outcomes: Outcome[]): string[] {
  return outcomes.filter(({ moved }) => moved.length > 0).map(({ which, moved }) =>
    `${which.name}, the guest's address changes ${moved.length} times: words pass again to the host after ${milliseconds(moved.map(({ outMs }) => outMs))}, `
    + `from it after ${milliseconds(moved.map(({ inMs }) => inMs))}; in the end ${paths(moved)}, from ${milliseconds(present(moved))} on`);
}

function present(list: { directMs: number | null }[]): number[] {
  return list.flatMap(({ directMs }) => (directMs === null ? [] : [directMs]));
}

function paths(ways: { path: string }[]): string {
  const counts = new Map<string, number>();
  for (const { path } of ways) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts.size === 1 ? [...counts.keys()].join() : [...counts].map(([path, count]) => `${path} ${count}`).join(", ");
}

/** The median, and least and most. */
function milliseconds(times: number[]): string {
  if (times.length === 0) return "";
  return `${Math.round(median(times))} ms (${Math.round(Math.min(...times))}–${Math.round(Math.max(...times))})`;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}
