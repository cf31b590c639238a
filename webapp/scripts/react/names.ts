// Which names a file of React's declares at its top, who reads and writes them, and what is reached from outside.
import type { ESTree } from "vite";
import { children, isFunction, walk, type Node } from "./tree.ts";

/** What the top of a file declares: a function, or one variable of a `var`. */
export type Declared = ESTree.Function | ESTree.VariableDeclarator;
export interface Mention {
  name: string;
  node: Node;
  parent: Node;
  /** The name at the file's top in whose declaration this stands; none in a statement that runs at once. */
  within: string | null;
  writes: boolean;
}
export interface Names {
  declared: Map<string, Declared>;
  mentions: Map<string, Mention[]>;
}

/** The identifiers that a pattern declares. */
export function bound(pattern: Node): string[] {
  if (pattern.type === "Identifier") return [pattern.name];
  if (pattern.type === "AssignmentPattern") return bound(pattern.left);
  throw new Error(`React's code declares by ${pattern.type}, which no cut knows`);
}

/** The variables that a statement declares, without those of functions in it. */
export function variablesIn(node: Node): string[] {
  const found: string[] = [];
  walk(node, (one) => {
    if (one !== node && isFunction(one)) return false;
    if (one.type === "VariableDeclarator") found.push(...bound(one.id));
    return true;
  });
  return found;
}

/** Whether making this value does nothing else. */
export function inert(node: Node | null, harmless: (call: Node) => boolean = () => false): boolean {
  if (node === null || isFunction(node)) return true;
  const all = (nodes: readonly Node[]) => nodes.every((one) => inert(one, harmless));
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "ThisExpression":
      return true;
    case "NewExpression":
      return node.callee.type === "Identifier" && /^(Map|Set|WeakMap|WeakSet)$/.test(node.callee.name) && all(node.arguments);
    case "CallExpression": {
      if (harmless(node)) return all(node.arguments);
      const called = node.callee.type === "MemberExpression" ? node.callee.object : node.callee;
      return called.type === "Identifier" && /^(Symbol|Error|formatProdErrorMessage)$/.test(called.name) && all(node.arguments);
    }
    case "MemberExpression":
    case "UnaryExpression":
    case "BinaryExpression":
    case "LogicalExpression":
    case "ConditionalExpression":
    case "ArrayExpression":
    case "ObjectExpression":
    case "Property":
      return !(node.type === "UnaryExpression" && node.operator === "delete") && all([...children(node)].map(([, child]) => child));
    default:
      return false;
  }
}

export function namesOf(program: ESTree.Program): Names {
  const names: Names = { declared: new Map(), mentions: new Map() };
  /** `own` are the names that the functions around declare for themselves. */
  const visit = (node: Node, parent: Node, field: string, within: string | null, own: readonly ReadonlySet<string>[]): void => {
    if (node.type === "Identifier") {
      if (isMention(parent, field) && !own.some((some) => some.has(node.name))) mention(node, parent, field, within);
      return;
    }
    if (isFunction(node)) own = [...own, ownNames(node as ESTree.Function)];
    else if (node.type === "CatchClause" && node.param !== null) own = [...own, new Set(bound(node.param))];
    for (const [field, child] of children(node)) visit(child, node, field, within, own);
  };
  const mention = (node: Extract<Node, { type: "Identifier" }>, parent: Node, field: string, within: string | null) => {
    const list = names.mentions.get(node.name) ?? [];
    names.mentions.set(node.name, list);
    list.push({ name: node.name, node, parent, within, writes: isWrite(parent, field) });
  };
  const declare = (name: string, declared: Declared) => {
    if (names.declared.has(name)) throw new Error(`React's code declares ${name} twice`);
    names.declared.set(name, declared);
  };
  for (const statement of program.body) {
    if (statement.type === "FunctionDeclaration" && statement.id !== null) {
      declare(statement.id.name, statement);
      visit(statement, program, "body", statement.id.name, []);
    } else if (statement.type === "VariableDeclaration") {
      for (const one of statement.declarations) {
        const name = bound(one.id)[0] ?? "";
        declare(name, one);
        if (one.init !== null) visit(one.init, one, "init", inert(one.init) ? name : null, []);
      }
    } else visit(statement, program, "body", null, []);
  }
  return names;
}

/** What a function declares for itself. */
function ownNames(node: ESTree.Function): Set<string> {
  const own = new Set(node.params.flatMap((one) => bound(one)));
  if (node.type === "FunctionExpression" && node.id !== null) own.add(node.id.name);
  walk(node, (one) => {
    if (one === node) return true;
    if (one.type === "FunctionDeclaration" && one.id !== null) own.add(one.id.name);
    if (one.type === "VariableDeclaration" && one.kind !== "var") throw new Error(`React's code declares by ${one.kind}, which no cut knows`);
    if (one.type === "VariableDeclarator") for (const name of bound(one.id)) own.add(name);
    return !isFunction(one);
  });
  return own;
}

/** Whether an identifier in this place stands for a variable that is declared elsewhere. */
export function isMention(parent: Node, field: string): boolean {
  if (parent.type === "MemberExpression") return field === "object" || parent.computed;
  if (parent.type === "Property") return field === "value" || parent.computed;
  return field !== "label" && field !== "params" && field !== "param" && field !== "id";
}
export const isWrite = (parent: Node, field: string): boolean =>
  ((parent.type === "AssignmentExpression" || /^For(In|Of)Statement$/.test(parent.type)) && field === "left") || parent.type === "UpdateExpression";

/** The names that something reaches which runs. A write alone reaches nothing. */
export function reached(names: Names): Set<string> {
  const found = new Set<string>();
  const mentioned = new Map<string | null, Set<string>>();
  for (const mention of [...names.mentions.values()].flat()) {
    if (mention.writes && mention.parent.type === "AssignmentExpression" && mention.parent.operator === "=") continue;
    const of = mentioned.get(mention.within) ?? new Set();
    mentioned.set(mention.within, of.add(mention.name));
  }
  const wanted = [...(mentioned.get(null) ?? [])];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found.has(name) || !names.declared.has(name)) continue;
    found.add(name);
    wanted.push(...(mentioned.get(name) ?? []));
  }
  return found;
}
