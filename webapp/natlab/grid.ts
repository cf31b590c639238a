import type { Case } from "./cases";
import type { Way } from "./guest";
import type { Moved } from "./move";

/** How a case came out. */
export interface Outcome {
  which: Case;
  runs: number;
  ways: Way[];
  /** How many added a song in the end. */
  added: number;
  /** How those fared whose address changed. */
  moved: Moved[];
  /** What did not work, a sentence each. */
  complaints: string[];
}

/** What the lab fails on. */
export function failures({ which, runs, ways, added, moved, complaints }: Outcome): string[] {
  const found = [...complaints];
  if (ways.length < runs) found.push(`${which.name}: ${runs - ways.length} of ${runs} are not in the jam`);
  if (added < ways.length) found.push(`${which.name}: ${ways.length - added} of ${ways.length} could not add a song`);
  const elsewhere = which.must === undefined ? [] : ways.filter(({ path }) => path !== which.must);
  if (elsewhere.length > 0) found.push(`${which.name}: ${elsewhere.length} of ${ways.length} are not ${which.must} but ${elsewhere[0]?.path}`);
  const broken = moved.filter(({ lost, doubled }) => lost + doubled > 0);
  if (broken.length > 0) found.push(`${which.name}: ${broken.length} of ${moved.length} lost words or got them twice when their address changed`);
  return found;
}

export function grid(outcomes: Outcome[]): string {
  const head = ["host / guest", "in the jam", "path at last", "click to queue", "to direct", "adds a song"];
  const rows = outcomes.map(({ which, runs, ways, added }) => [
    which.name, `${ways.length} of ${runs}`, paths(ways), milliseconds(ways.map(({ queueMs }) => queueMs)),
    milliseconds(ways.flatMap(({ directMs }) => (directMs === null ? [] : [directMs]))), `${added} of ${runs}`,
  ]);
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

export function movedSentence({ outMs, inMs, lost, doubled, path }: Moved): string {
  return `the guest's address changes: words pass again after ${Math.round(outMs)} ms to the host and ${Math.round(inMs)} ms from it, ${lost} lost, ${doubled} doubled, then ${path}`;
}

/** The change of address has lines of its own under the grid. */
export function movedLines(outcomes: Outcome[]): string[] {
  return outcomes.filter(({ moved }) => moved.length > 0).map(({ which, moved }) =>
    `${which.name}, the guest's address changes ${moved.length} times: words pass again to the host after ${milliseconds(moved.map(({ outMs }) => outMs))}, `
    + `from it after ${milliseconds(moved.map(({ inMs }) => inMs))}; in the end ${paths(moved)}`);
}

function paths(ways: { path: string }[]): string {
  const counts = new Map<string, number>();
  for (const { path } of ways) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts.size === 1 ? [...counts.keys()].join() : [...counts].map(([path, count]) => `${path} ${count}`).join(", ");
}

/** The median, and least and most. */
function milliseconds(times: number[]): string {
  const sorted = times.map(Math.round).toSorted((a, b) => a - b);
  if (sorted.length === 0) return "";
  const middle = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
  return `${Math.round(middle)} ms (${sorted[0]}–${sorted.at(-1)})`;
}
