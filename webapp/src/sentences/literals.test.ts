// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vite";
import { describe, expect, it } from "vitest";
import { html } from "./en/html";

// No sentence stands in the components themselves: whatever a person sees or hears is in the tables, in all languages.
const webapp = join(dirname(fileURLToPath(import.meta.url)), "../..");
const sources = readdirSync(join(webapp, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.gen\.ts$|\.d\.ts$/.test(file) && !/^(testing|sentences)\//.test(file));

interface Node {
  type: string;
  [key: string]: unknown;
}

/** What people see or hear of an element or of a component. */
const spoken = /^(aria-(label|valuetext|description|roledescription|placeholder)|title|placeholder|alt|label|hint|text|legend|now)$/;
const letters = /\p{L}/u;
/** Two words or more, the first one large, as a sentence begins. */
const sentence = /^\p{Lu}[\p{L}’']* +\p{L}/u;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && typeof (value as Node).type === "string";
const inner = (node: Node): Node[] => Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value])).filter(isNode);

/** The texts that an expression may be: also those behind a condition, but not what a function is called with. */
function texts(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case "Literal": return typeof node["value"] === "string" ? [node["value"]] : [];
    case "JSXText": return [node["value"] as string];
    case "TemplateLiteral": return (node["quasis"] as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
    case "JSXExpressionContainer": case "ParenthesizedExpression": return texts(node["expression"]);
    case "ConditionalExpression": return [...texts(node["consequent"]), ...texts(node["alternate"])];
    case "LogicalExpression": return node["operator"] === "&&" ? texts(node["right"]) : [...texts(node["left"]), ...texts(node["right"])];
    case "BinaryExpression": return node["operator"] === "+" ? [...texts(node["left"]), ...texts(node["right"])] : [];
  }
  return [];
}

/** Literal words below a node that reach a page. */
function literals(node: Node): string[] {
  const below = inner(node).flatMap(literals);
  switch (node.type) {
    case "JSXElement": case "JSXFragment":
      return [...(node["children"] as Node[]).flatMap(texts).filter((text) => letters.test(text)), ...below];
    case "JSXAttribute": {
      const name = (node["name"] as Node)["name"];
      return [...(typeof name === "string" && spoken.test(name) ? texts(node["value"]).filter((text) => letters.test(text)) : []), ...below];
    }
    // Errors are for programmers.
    case "NewExpression": return ((node["callee"] as Node)["name"] as string | undefined)?.endsWith("Error") === true ? [] : below;
    case "Literal": case "TemplateLiteral": return [...texts(node).filter((text) => sentence.test(text)), ...below];
  }
  return below;
}

const of = (file: string, source: string) => [...new Set(literals(parseAst(source, { lang: file.endsWith("x") ? "tsx" : "ts" }) as unknown as Node))].map((text) => `${file}: ${text.trim()}`);

describe("the sources", () => {
  it("say nothing of their own", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap((file) => of(file, readFileSync(join(webapp, "src", file), "utf8")))).toEqual([]);
  });
  it.each([
    ["<p>Hello</p>", "Hello"], ["<p>{on ? \"On\" : say.off}</p>", "On"], ["<p>{`${n} min`}</p>", "min"], ["<b aria-label=\"Close\" />", "Close"],
    ["<X label={on && \"x\"} />", "x"], ["f(\"Try again\")", "Try again"],
  ])("would be caught with %s", (source, word) => expect(of("a.tsx", `const a = ${source};`)).toEqual([`a.tsx: ${word}`]));
  it.each(["<p className=\"lead\">{say.x} · 3</p>", "throwing(new Error(\"No room for it\"))", "<Button look=\"primary\" type=\"submit\" />", "f(\"click\")"])(
    "may have %s", (source) => expect(of("a.tsx", `const a = ${source};`)).toEqual([]));
});

describe("index.html and console.html", () => {
  const pages = ["index.html", "console.html"].map((page) => readFileSync(join(webapp, page), "utf8"));
  it("have words of the table only, which the build translates", () => {
    const words = pages.flatMap((page) => page.replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, "").split(/<[^>]*>/)).map((text) => text.trim()).filter((text) => letters.test(text));
    expect([...new Set(words)].filter((text) => text !== "Soul Jam" && !(Object.values(html) as string[]).includes(text))).toEqual([]);
    expect(Object.values(html).filter((text) => !words.includes(text))).toEqual([]);
    expect(pages.flatMap((page) => page.match(/(aria-label|title|alt|placeholder)="[^"]*"/g) ?? [])).toEqual([]);
  });
});
