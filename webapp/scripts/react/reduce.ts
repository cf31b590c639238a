// Cuts out of React's renderer what never happens in these pages, and then, round by round, what that leaves useless:
// branches never taken, variables that have one value, kinds of fibers never made, functions nobody calls.
import { asking, cutTables, namesAsked } from "./attributes.ts";
import { cutBranches } from "./branches.ts";
import { constants } from "./constants.ts";
import { cutEvents, dispatching, eventNames } from "./events.ts";
import { kinds, madeTags, making } from "./fibers.ts";
import { namesOf, reached, type Names } from "./names.ts";
import { answers, claims } from "./never.ts";
import type { Sources } from "./sources.ts";
import { edited, parse, type Node } from "./tree.ts";
import { cutUnreached } from "./unreached.ts";
import type { Facts, Known } from "./values.ts";

/** More than React has ever needed (10). */
const mostRounds = 40;

/** The names that are mentioned but not declared: the browser's. */
const strangers = ({ mentions, declared }: Names): Set<string> => new Set([...mentions.keys()].filter((name) => !declared.has(name)));

/** A file of React's without what nothing in it reaches. `facts` answers for a program. */
function settled(code: string, facts: (program: ReturnType<typeof parse>) => Facts): string {
  const outside = strangers(namesOf(parse(code)));
  for (let round = 0; round < mostRounds; round++) {
    const program = parse(code);
    const names = namesOf(program);
    let edits = cutUnreached(program, names, reached(names));
    if (edits.length === 0) {
      const given = facts(program);
      // The second time with what the first found.
      let known = new Map<Node, Known>();
      const all: Facts = (node) => known.get(node) ?? given(node);
      for (let time = 0; time < 2; time++) known = constants(names, all);
      edits = cutBranches(code, program, all);
    }
    const next = edited(code, edits);
    if (next === code) {
      for (const name of strangers(names)) if (!outside.has(name)) throw new Error(`React's code speaks of ${name}, which was cut`);
      return code;
    }
    code = next;
  }
  throw new Error("React's code changes without end");
}

/** Of react-dom-client.production.js. An error when its text is not what the claims speak of. */
export function reducedRenderer(code: string, sources: Sources): string {
  const before = namesOf(parse(code)).declared;
  const spokenOf = [...claims.flatMap(({ no = [], types = [], gone }) => [...no, ...types, ...gone]), ...asking, ...Object.values(dispatching), ...making];
  for (const name of spokenOf) {
    if (!before.has(name)) throw new Error(`React has no ${name} any more: look at what it does now, and at scripts/react`);
  }
  const holding = claims.filter((claim) => claim.holds(sources));
  const never = answers(holding);
  const program = parse(code);
  const first = edited(code, [...cutEvents(program, sources.said), ...cutTables(code, program, sources.said)]);
  const text = settled(first, (program) => {
    const asks = [never, kinds(madeTags(program)), namesAsked(program, sources.said), eventNames(program)];
    return (node) => asks.reduce<Known | undefined>((found, ask) => found ?? ask(node), undefined);
  });
  const after = namesOf(parse(text)).declared;
  for (const name of holding.flatMap(({ gone }) => gone)) {
    if (after.has(name)) throw new Error(`React still holds ${name}: something reaches it, see scripts/react/never.ts`);
  }
  return text;
}

/** Of React's other files: they make no fibers and hear no events. */
export const reduced = (code: string): string => settled(code, () => () => undefined);
