// Which elements, attributes and styles React has a way of its own for: of these, the ones that the sources name.
import type { ESTree } from "vite";
import { isNamed, isText, walk, type Edit, type Node } from "./tree.ts";
import type { Facts } from "./values.ts";

/** React's functions that ask for the name of an element or an attribute. */
export const asking = ["setProp", "setPropOnCustomElement", "setInitialProperties", "updateProperties", "restoreStateOfTarget", "commitHostMount", "completeWork"];
/** Tables by such names: attributes that are called otherwise in the page, styles that are plain numbers. */
const tables = ["aliases", "unitlessNumbers"];

export function cutTables(code: string, program: ESTree.Program, said: ReadonlySet<string>): Edit[] {
  return tables.map((table) => {
    const [list] = program.body
      .flatMap((statement) => (statement.type === "VariableDeclaration" ? statement.declarations : []))
      .flatMap(({ id, init }) => (isNamed(id, table) && init?.type === "NewExpression" ? init.arguments : []));
    if (list?.type === "ArrayExpression") {
      const kept = list.elements.filter((one) => one?.type === "ArrayExpression" && isText(one.elements[0]) && said.has(one.elements[0].value));
      return { start: list.start, end: list.end, text: `[${kept.map((one) => (one === null ? "" : code.slice(one.start, one.end))).join(", ")}]` };
    }
    const names = list?.type === "CallExpression" && list.callee.type === "MemberExpression" ? list.callee.object : null;
    if (!isText(names)) throw new Error(`React's table ${table} is not what it was, see scripts/react/attributes.ts`);
    return { start: names.start, end: names.end, text: JSON.stringify(names.value.split(" ").filter((one) => said.has(one)).join(" ")) };
  });
}

/** Answers for the cases of elements and attributes that no source names. */
export function namesAsked(program: ESTree.Program, said: ReadonlySet<string>): Facts {
  // Children come between the tags.
  const kept = new Set([...said, "children"]);
  const asked = new Set<Node>();
  for (const node of program.body) {
    // What React itself sets.
    walk(node, (one) => void (one.type === "CallExpression" && isNamed(one.callee, /^setProp/) && isText(one.arguments[2]) && kept.add(one.arguments[2].value)));
    if (node.type !== "FunctionDeclaration" || !asking.includes(node.id?.name ?? "")) continue;
    walk(node, (one) => void (one.type === "SwitchStatement" && /^(Identifier|SequenceExpression)$/.test(one.discriminant.type) && asked.add(one.discriminant)));
  }
  return (node) => (node.type === "BinaryExpression" && node.operator === "===" && asked.has(node.right) && isText(node.left) && !kept.has(node.left.value) ? { value: false } : undefined);
}
