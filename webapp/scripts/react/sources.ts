// What the pages' sources take from React and give to it. What they could give without saying its name is an error.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { children, isText, type Node } from "./tree.ts";

export interface Sources {
  /** Names imported from React. */
  imported: ReadonlySet<string>;
  /** Every name and every string, whole: what is not here is no attribute, style or event of ours. */
  said: ReadonlySet<string>;
  /** Elements as they are written in JSX. */
  tags: ReadonlySet<string>;
  /** Those, and all strings that could be one. */
  elements: ReadonlySet<string>;
  /** Attributes as they are written in JSX. */
  attributes: ReadonlySet<string>;
}

/** Reads the sources in a folder, but for the tests: these run with the whole React. */
export function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|^testing[\\/]/.test(name));
  return sourcesOf(files.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") })));
}

export function sourcesOf(files: readonly { name: string; text: string }[]): Sources {
  const [imported, said, tags, elements, attributes] = Array.from({ length: 5 }, () => new Set<string>()) as [Set<string>, Set<string>, Set<string>, Set<string>, Set<string>];
  for (const { name, text } of files) {
    const { program, errors } = parseSync(name, text);
    if (errors[0] !== undefined) throw new Error(`${name}: ${errors[0].message}`);
    const visit = (node: Node, parent: Node): void => {
      const hidden = hides(node, parent);
      if (hidden !== null) throw new Error(`${name}: ${hidden}, or its parts in use are unknown (scripts/react/sources.ts)`);
      if (node.type === "ImportDeclaration") return importedBy(node).forEach((one) => imported.add(one));
      if (node.type === "Identifier" || node.type === "JSXIdentifier") said.add(node.name);
      if (node.type === "JSXIdentifier" && parent.type === "JSXOpeningElement") tags.add(node.name);
      if (node.type === "JSXIdentifier" && parent.type === "JSXAttribute") attributes.add(node.name);
      // Anything may be spread, an action too.
      if (node.type === "JSXSpreadAttribute" && parent.type === "JSXOpeningElement" && parent.name.type === "JSXIdentifier" && parent.name.name === "form") attributes.add("action");
      if (isText(node)) {
        said.add(node.value);
        if (!isOnlyText(parent)) elements.add(node.value);
      }
      for (const [, child] of children(node)) visit(child, node);
    };
    visit(program, program);
  }
  return { imported, said, tags, elements: new Set([...elements, ...tags]), attributes };
}

const isReact = (name: unknown): boolean => /^react(-dom)?(\/|$)/.test(String(name));

/** What must not be written, since it hides from here what is used. */
function hides(node: Node, parent: Node): string | null {
  switch (node.type) {
    case "ImportDeclaration":
      return isReact(node.source.value) && node.importKind !== "type" && node.specifiers.some((one) => one.type !== "ImportSpecifier") ? "import from React by name" : null;
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return isReact(node.source?.value) ? "import from React by name" : null;
    case "ImportExpression":
      return !isText(node.source) || isReact(node.source.value) ? "import from React by name" : null;
    case "Literal":
      return node.value === "on" && parent.type === "BinaryExpression" && parent.operator === "+" ? 'write the names of events in one piece, no "on"' : null;
    case "TemplateElement":
      return /(^|\W)on$/.test(node.value.raw) && !node.tail ? "write the names of events in one piece, no `on${…}`" : null;
    default:
      return null;
  }
}

function importedBy(node: Extract<Node, { type: "ImportDeclaration" }>): string[] {
  if (!isReact(node.source.value) || node.importKind === "type") return [];
  return node.specifiers.flatMap((one) => (one.type === "ImportSpecifier" && one.importKind !== "type" && one.imported.type === "Identifier" ? [one.imported.name] : []));
}

/** Whether a string under this node is a class, a test's mark or a selector, not the name of an element. */
function isOnlyText(parent: Node): boolean {
  if (parent.type === "JSXAttribute") return parent.name.type === "JSXIdentifier" && /^(className|data-testid|testId)$/.test(parent.name.name);
  return parent.type === "CallExpression" && parent.callee.type === "MemberExpression" && parent.callee.property.type === "Identifier" && parent.callee.property.name === "querySelector";
}
