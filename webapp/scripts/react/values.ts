// What can be known of an expression's value before it runs.
import type { ESTree } from "vite";
import { inert } from "./names.ts";
import type { Node } from "./tree.ts";

export type Value = string | number | boolean | null | undefined;
export interface Known {
  value: Value;
}
/** What is known of an expression besides its form: of a variable, a call, a field. */
export type Facts = (node: Node) => Known | undefined;

const same = (operator: string, a: Value, b: Value): boolean | undefined => {
  switch (operator) {
    case "===":
      return a === b;
    case "!==":
      return a !== b;
    case "==":
      return a == b;
    case "!=":
      return a != b;
    default:
      return undefined;
  }
};

export function valueOf(node: Node, facts: Facts): Known | undefined {
  const fact = facts(node);
  if (fact !== undefined) return fact;
  switch (node.type) {
    case "Literal":
      return typeof node.value === "object" && node.value !== null ? undefined : { value: node.value as Value };
    case "UnaryExpression": {
      if (node.operator === "void" && node.argument.type === "Literal") return { value: undefined };
      if (node.operator !== "!") return undefined;
      const truth = truthOf(node.argument, facts);
      return truth === undefined ? undefined : { value: !truth };
    }
    case "BinaryExpression": {
      const left = valueOf(node.left, facts);
      const right = left && valueOf(node.right, facts);
      const value = left && right && same(node.operator, left.value, right.value);
      return value === undefined ? undefined : { value };
    }
    case "LogicalExpression": {
      const left = valueOf(node.left, facts);
      if (left === undefined || node.operator === "??") return undefined;
      return (node.operator === "&&") === Boolean(left.value) ? valueOf(node.right, facts) : left;
    }
    case "ConditionalExpression": {
      const test = truthOf(node.test, facts);
      return test === undefined ? undefined : valueOf(test ? node.consequent : node.alternate, facts);
    }
    default:
      return undefined;
  }
}

/** Whether an expression that does nothing else is taken for true. */
export function truthOf(node: Node, facts: Facts): boolean | undefined {
  const known = valueOf(node, facts);
  if (known !== undefined) return Boolean(known.value);
  if (node.type !== "LogicalExpression" || node.operator === "??" || !inert(node, (call) => facts(call) !== undefined)) return undefined;
  const deciding = node.operator === "||";
  return [node.left, node.right].some((side) => truthOf(side, facts) === deciding) ? deciding : undefined;
}

export function written({ value }: Known): string {
  if (value === undefined) return "void 0";
  return typeof value === "boolean" ? (value ? "!0" : "!1") : JSON.stringify(value);
}

/** Whether an expression is a value already, as short as it gets. */
export const isPlain = (node: Node | ESTree.Expression): boolean =>
  node.type === "Literal" || (node.type === "UnaryExpression" && node.argument.type === "Literal");
