// Which variables, parameters and functions of a file of React's have only ever one value.
import type { ESTree } from "vite";
import { bound, inert, isMention, isWrite, type Names } from "./names.ts";
import { children, type Node } from "./tree.ts";
import { isPlain, valueOf, type Facts, type Known } from "./values.ts";

const agree = (values: (Known | undefined)[]): Known | undefined => {
  const [first] = values;
  return first !== undefined && values.every((one) => one !== undefined && one.value === first.value) ? first : undefined;
};

/** The mentions of what has one value, with it. */
export function constants(names: Names, facts: Facts): Map<Node, Known> {
  const found = new Map<Node, Known>();
  for (const [name, node] of names.declared) {
    const mentions = names.mentions.get(name) ?? [];
    if (node.type === "VariableDeclarator") {
      const value = variable(node, mentions.filter((one) => one.writes).map((one) => one.parent), facts);
      if (value !== undefined) for (const one of mentions) if (!one.writes) found.set(one.node, value);
      continue;
    }
    const calls = mentions.flatMap(({ node, parent }) => (parent.type === "CallExpression" && parent.callee === node ? [parent] : []));
    const answer = answerOf(node);
    if (answer !== undefined) for (const call of calls) if (call.arguments.every((one) => inert(one))) found.set(call, answer);
    // Handed on as a value, it is called with anything.
    if (calls.length === mentions.length && calls.length > 0) for (const [one, value] of parameters(node, calls, facts)) found.set(one, value);
  }
  return found;
}

function variable(node: ESTree.VariableDeclarator, writes: Node[], facts: Facts): Known | undefined {
  const first = node.init === null ? { value: undefined } : valueOf(node.init, facts);
  const later = writes.map((one) => (one.type === "AssignmentExpression" && one.operator === "=" ? valueOf(one.right, facts) : undefined));
  return agree([first, ...later]);
}

/** The value of a function that does nothing but answer it. */
function answerOf(node: ESTree.Function): Known | undefined {
  const [only, ...more] = node.body?.body ?? [];
  if (node.async || node.generator || more.length > 0) return undefined;
  if (only === undefined) return { value: undefined };
  return only.type === "ReturnStatement" && only.argument !== null && isPlain(only.argument) ? valueOf(only.argument, () => undefined) : undefined;
}

/** The mentions of parameters for which all callers give the same value. */
function* parameters(node: ESTree.Function, calls: ESTree.CallExpression[], facts: Facts): Generator<[Node, Known]> {
  const { mentions, changed } = usesIn(node);
  if (changed.has("arguments")) return;
  for (const [at, param] of node.params.entries()) {
    const [name = ""] = bound(param);
    if (changed.has(name)) continue;
    const value = agree(calls.map(({ arguments: given }) => {
      if (given.some((one) => one.type === "SpreadElement")) return undefined;
      const one = given[at];
      return one === undefined ? { value: undefined } : valueOf(one, facts);
    }));
    if (value !== undefined) for (const one of mentions.get(name) ?? []) yield [one, value];
  }
}

/** The names in a function's body: where they are read, and which are written to or declared anew. */
function usesIn(node: ESTree.Function): { mentions: Map<string, Node[]>; changed: Set<string> } {
  const mentions = new Map<string, Node[]>();
  const changed = new Set<string>();
  const visit = (one: Node, parent: Node, field: string): void => {
    if (one.type === "Identifier") {
      const declares = field === "id" || field.startsWith("param");
      if (declares || isWrite(parent, field) || one.name === "arguments") changed.add(one.name);
      if (isMention(parent, field)) mentions.set(one.name, [...(mentions.get(one.name) ?? []), one]);
    }
    for (const [field, child] of children(one)) visit(child, one, field);
  };
  if (node.body !== null) visit(node.body, node, "body");
  return { mentions, changed };
}
