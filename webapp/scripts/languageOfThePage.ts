// The words of index.html and console.html, and their lang, in the language that is built.
import type { Plugin } from "vite";
import { html as de } from "../src/sentences/de/html.ts";
import { html as en } from "../src/sentences/en/html.ts";
import { html as ja } from "../src/sentences/ja/html.ts";

const tables: Record<string, Record<keyof typeof en, string>> = { en, de, ja };

export function languageOfThePage(language: string): Plugin {
  const table = tables[language] ?? en;
  const words = Object.keys(en) as (keyof typeof en)[];
  return {
    name: "language-of-the-page",
    transformIndexHtml: (html) => words.reduce((page, key) => page.replace(en[key], table[key]), html.replace('<html lang="en">', `<html lang="${language}">`)),
  };
}
