// Which kinds of fibers (by React's number for them) its code makes, so that what is there for others can be cut.
import type { ESTree } from "vite";
import { isNamed, walk, type Node } from "./tree.ts";
import type { Facts } from "./values.ts";

/** The functions of React's that make fibers. */
export const making = ["FiberNode", "createFiberImplClass", "createFiberFromTypeAndProps"];

/** `fiber.tag`. Updates and roots have tags of their own: they are called `update` and `this`. */
const isKind = (node: Node): boolean =>
  node.type === "MemberExpression" && !node.computed && isNamed(node.property, "tag") && !isNamed(node.object, "update") && node.object.type !== "ThisExpression";

/** The numbers that are given to fibers. */
export function madeTags(program: ESTree.Program): Set<number> {
  const made = new Set<number>();
  const add = (node: Node | null | undefined): void => {
    if (node?.type === "ConditionalExpression") [node.consequent, node.alternate].forEach(add);
    else if (node?.type === "Literal" && typeof node.value === "number") made.add(node.value);
    else if (node === undefined || node === null || !(isKind(node) || isNamed(node, "fiberTag"))) throw new Error("React makes a fiber of an unknown kind, see scripts/react/fibers.ts");
  };
  walk(program, (node) => {
    // Only createFiberImplClass makes one, of the kind it is given.
    if (node.type === "NewExpression" && isNamed(node.callee, "FiberNode") && !isNamed(node.arguments[0], "tag")) add(undefined);
    if (node.type === "CallExpression" && isNamed(node.callee, "createFiberImplClass")) add(node.arguments[0]);
    if (node.type === "AssignmentExpression" && (isKind(node.left) || isNamed(node.left, "fiberTag"))) add(node.right);
    if (node.type === "VariableDeclarator" && isNamed(node.id, "fiberTag")) add(node.init);
  });
  if (made.size === 0) throw new Error("React makes no fibers, see scripts/react/fibers.ts");
  return made;
}

/** Answers for comparisons of a fiber's kind with one that is never made. */
export function kinds(made: ReadonlySet<number>): Facts {
  const never = (node: Node) => node.type === "Literal" && typeof node.value === "number" && !made.has(node.value);
  return (node) => {
    if (node.type !== "BinaryExpression" || !/^[!=]==?$/.test(node.operator)) return undefined;
    const { left, right } = node;
    return (never(left) && isKind(right)) || (never(right) && isKind(left)) ? { value: node.operator.startsWith("!") } : undefined;
  };
}
