// Cuts the functions and variables at a file's top that nothing reaches, and the writes to such variables.
import type { ESTree } from "vite";
import { inert, type Names } from "./names.ts";
import type { Edit, Node } from "./tree.ts";

export function cutUnreached(program: ESTree.Program, names: Names, live: ReadonlySet<string>): Edit[] {
  const edits: Edit[] = [];
  const gone = (name: string) => !live.has(name);
  for (const statement of program.body) {
    if (statement.type === "FunctionDeclaration" && statement.id !== null && !live.has(statement.id.name)) edits.push({ start: statement.start, end: statement.end, text: "" });
    if (statement.type === "VariableDeclaration") edits.push(...withoutThose(statement, (one) => one.id.type === "Identifier" && gone(one.id.name) && inert(one.init)));
  }
  for (const [name, mentions] of names.mentions) {
    const declared = names.declared.get(name);
    if (declared?.type !== "VariableDeclarator" || !gone(name) || !inert(declared.init)) continue;
    for (const { parent, writes } of mentions) if (writes) edits.push(...valueOnly(parent));
  }
  return edits;
}

/** Cuts variables out of a declaration. What stays is not touched: it has edits of its own. */
function withoutThose(statement: ESTree.VariableDeclaration, gone: (one: ESTree.VariableDeclarator) => boolean): Edit[] {
  const all = statement.declarations;
  const first = all.findIndex((one) => !gone(one));
  if (first < 0) return [{ start: statement.start, end: statement.end, text: "" }];
  return all.flatMap((one, at) => {
    if (!gone(one)) return [];
    const [start, end] = at < first ? [one.start, all[at + 1]?.start ?? one.end] : [all[at - 1]?.end ?? one.start, one.end];
    return [{ start, end, text: "" }];
  });
}

/** A write whose target is gone: its value, in which more may be written. */
function valueOnly(node: Node): Edit[] {
  if (node.type !== "AssignmentExpression") throw new Error(`React's code has a ${node.type} of an unused variable`);
  return [
    { start: node.start, end: node.right.start, text: "(" },
    { start: node.right.end, end: node.end, text: ")" },
  ];
}
