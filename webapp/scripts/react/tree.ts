// The syntax tree of a file of React's, and how its text is changed: by places, so that all else stays as it was.
import { parseSync, type ESTree } from "vite";

export type Node = ESTree.Node;
/** Text in the place of what lies from start to end, in UTF-16 units. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

export function parse(code: string): ESTree.Program {
  const { program, errors } = parseSync("react.js", code, { preserveParens: false });
  if (errors[0] !== undefined) throw new Error(`React's code cannot be read: ${errors[0].message}: ${code.slice(errors[0].labels[0]?.start ?? 0).slice(0, 60)}`);
  return program;
}

/** Applies edits. Of two of which one lies in the other, the outer counts. */
export function edited(code: string, edits: readonly Edit[]): string {
  let text = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (edit.start < at) continue;
    text += code.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + code.slice(at);
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";

/** The nodes right under one, each with the name of the field that holds it. */
export function* children(node: Node): Generator<[string, Node]> {
  for (const [field, value] of Object.entries(node) as [string, unknown][]) {
    if (Array.isArray(value)) for (const one of value) isNode(one) && (yield [field, one]);
    else if (isNode(value)) yield [field, value];
  }
}

/** Goes through a tree from above; `enter` may answer false to stay out of a node. */
export function walk(node: Node, enter: (node: Node) => boolean | void): void {
  if (enter(node) === false) return;
  for (const [, child] of children(node)) walk(child, enter);
}

export const isFunction = (node: Node): boolean => /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
export const isText = (node: Node | null | undefined): node is ESTree.StringLiteral => node?.type === "Literal" && typeof node.value === "string";
/** Whether a node is the plain name of something. */
export const isNamed = (node: Node | null | undefined, name: string | RegExp): node is ESTree.IdentifierReference =>
  node?.type === "Identifier" && (typeof name === "string" ? node.name === name : name.test(node.name));
