// Cuts the cases of a switch that never come.
import type { ESTree } from "vite";
import type { Edit, Node } from "./tree.ts";
import { valueOf, type Facts } from "./values.ts";

/** Whether a run of statements surely ends before its last line. */
function leaves(statements: readonly Node[]): boolean {
  const last = statements[statements.length - 1];
  if (last === undefined) return false;
  switch (last.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return true;
    case "BlockStatement":
      return leaves(last.body);
    case "IfStatement":
      return last.alternate !== null && leaves([last.consequent]) && leaves([last.alternate]);
    default:
      return false;
  }
}

/** `lose` is told of what is cut. */
export function deadCases(node: ESTree.SwitchStatement, facts: Facts, lose: (cut: Node) => void): Edit[] {
  const edits: Edit[] = [];
  /** Whether the case before runs on into this one. */
  let entered = false;
  for (const one of node.cases) {
    // A case is the question whether the value equals the label.
    const never = one.test !== null && valueOf({ type: "BinaryExpression", operator: "===", left: one.test, right: node.discriminant, start: one.test.start, end: one.test.end } as Node, facts)?.value === false;
    if (never && !entered) {
      lose(one);
      edits.push({ start: one.start, end: one.end, text: "" });
      continue;
    }
    if (never) edits.push({ start: one.start, end: one.consequent[0]?.start ?? one.end, text: "" });
    entered = !leaves(one.consequent);
  }
  return edits;
}
