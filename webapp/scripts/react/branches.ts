// Cuts the branches that are never taken.
import { isFunction, children, type Edit, type Node } from "./tree.ts";
import { inert as plainlyInert, variablesIn } from "./names.ts";
import { isPlain, truthOf, valueOf, written, type Facts, type Known } from "./values.ts";
import { deadCases } from "./cases.ts";

/** Fields whose value is asked for its truth only, or not at all. */
function asksTruth(node: Node, field: string, asked: boolean): boolean {
  switch (node.type) {
    case "IfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return field === "test";
    case "ConditionalExpression":
      return field === "test" || asked;
    case "UnaryExpression":
      return node.operator === "!";
    case "LogicalExpression":
      return asked;
    case "ExpressionStatement":
      return true;
    default:
      return false;
  }
}

export function cutBranches(code: string, program: Node, facts: Facts): Edit[] {
  const edits: Edit[] = [];
  const inert = (node: Node): boolean => plainlyInert(node, (call) => facts(call) !== undefined);
  const textOf = (node: Node) => code.slice(node.start, node.end);
  const replace = (node: Node, text: string) => edits.push({ start: node.start, end: node.end, text });
  const asText = (known: Known) => `(${written(known)})`;
  /** A value that had a choice around it: called, it must not become a method. */
  const alone = (node: Node) => (node.type === "MemberExpression" ? `(0, ${textOf(node)})` : `(${textOf(node)})`);
  /** Where the variables of cut code are declared, which what is left may use. */
  let body: Node | null = null;
  const keepVariables = (cut: Node) => {
    const names = variablesIn(cut);
    const end = body === null ? program.end : body.end - 1;
    if (names.length > 0) edits.push({ start: end, end, text: `\nvar ${names.join(", ")};\n` });
  };
  const cutStatement = (node: Node, text: string, lost: (Node | null)[]) => {
    for (const one of lost) if (one !== null) keepVariables(one);
    replace(node, text);
  };

  /** Answers whether the node is done with. */
  const cut = (node: Node, asked: boolean): boolean => {
    if (node.type === "IfStatement") {
      const test = truthOf(node.test, facts);
      if (test === undefined || !inert(node.test)) return false;
      const [kept, lost] = test ? [node.consequent, node.alternate] : [node.alternate, node.consequent];
      cutStatement(node, kept === null ? ";" : `{${textOf(kept)}}`, [lost]);
      return true;
    }
    if (node.type === "SwitchStatement") {
      for (const edit of deadCases(node, facts, keepVariables)) edits.push(edit);
      return false;
    }
    if (isPlain(node)) return true;
    if (/Expression$|^Identifier$/.test(node.type) && inert(node) && !isFunction(node)) {
      const value = valueOf(node, facts);
      if (value !== undefined) return replace(node, asText(value)), true;
      const truth = asked ? truthOf(node, facts) : undefined;
      if (truth !== undefined) return replace(node, asText({ value: truth })), true;
    }
    if (node.type === "ConditionalExpression") {
      const test = truthOf(node.test, facts);
      if (test === undefined || !inert(node.test)) return false;
      return replace(node, alone(test ? node.consequent : node.alternate)), true;
    }
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      const left = truthOf(node.left, facts);
      if (left !== undefined && inert(node.left) && left === (node.operator === "&&")) return replace(node, alone(node.right)), true;
      if (left !== undefined && inert(node.left) && (asked || isPlain(node.left))) return replace(node, asText({ value: left })), true;
      const right = asked ? truthOf(node.right, facts) : undefined;
      if (right !== undefined && inert(node.right) && right === (node.operator === "&&")) return replace(node, alone(node.left)), true;
    }
    return false;
  };

  const visit = (node: Node, asked: boolean): void => {
    if (cut(node, asked)) return;
    const outer = body;
    if (isFunction(node)) body = (node as { body: Node }).body;
    const fields = [...children(node)];
    for (const [field, child] of fields) {
      if (isPlace(node, field)) for (const [, part] of children(child)) if (part.type !== "Identifier") visit(part, false);
      if (!isReplaceable(node, field)) continue;
      const thrownAway = node.type === "SequenceExpression" && child !== node.expressions[node.expressions.length - 1];
      visit(child, thrownAway || (node.type === "SequenceExpression" ? asked : asksTruth(node, field, asked)));
    }
    body = outer;
  };
  visit(program, false);
  return edits;
}

/** Whether a field holds the place that is written to, not its value. */
const isPlace = (node: Node, field: string) => (node.type === "AssignmentExpression" && field === "left") || node.type === "UpdateExpression" || (node.type === "UnaryExpression" && node.operator === "delete");

/** Whether what a field holds is a value, which may have another in its place. */
function isReplaceable(node: Node, field: string): boolean {
  switch (node.type) {
    case "MemberExpression":
      return field === "object" || node.computed;
    case "Property":
      return field === "value" && !node.shorthand;
    case "AssignmentExpression":
      return field !== "left";
    case "UpdateExpression":
      return false;
    case "UnaryExpression":
      return node.operator !== "delete" && node.operator !== "typeof";
    case "VariableDeclarator":
      return field === "init";
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return field === "body";
    case "ForInStatement":
    case "ForOfStatement":
      return field !== "left";
    case "CatchClause":
      return field === "body";
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return field !== "label";
    default:
      return true;
  }
}
