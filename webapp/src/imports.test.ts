// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const src = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

/** Which folders a folder may import, besides itself; and which packages. */
const rules: Record<string, { folders: string[]; packages: string[] }> = {
  link: { folders: [], packages: [] },
  /** What only a soul-server's page needs, in a chunk of its own. */
  remote: { folders: ["link"], packages: [] },
  session: { folders: ["link"], packages: [] },
  /** Of the session only the types and the contract's own sentences. */
  sentences: { folders: ["session"], packages: [] },
  ui: { folders: [], packages: ["react", "react-dom"] },
  jam: { folders: ["session", "sentences", "ui"], packages: ["react"] },
  hosting: { folders: ["jam", "session", "sentences", "ui"], packages: ["react"] },
  guest: { folders: ["jam", "hosting", "session", "link", "remote", "sentences", "ui"], packages: ["react", "react-dom/client"] },
  host: { folders: ["jam", "hosting", "session", "link", "sentences", "ui"], packages: ["react", "react-dom/client"] },
};

const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.startsWith("testing");

/** What a file imports against the table. */
function wrong(file: string): string[] {
  const folder = file.split("/")[0] ?? "";
  const rule = rules[folder];
  if (rule === undefined) return [`src/${folder} is not in the table`];
  const targets = [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  const allowed = (target: string) =>
    target.startsWith(".")
      ? [folder, ...rule.folders].includes(relative(src, resolve(src, dirname(file), target)).split("/")[0] ?? "")
      : rule.packages.includes(target);
  return targets.filter((target) => !allowed(target)).map((target) => `${file} imports ${target}`);
}

describe("the sources", () => {
  const written = files.filter((file) => !isTest(file));
  it("import one way only", () => {
    expect(written.length).toBeGreaterThan(50);
    expect(written.flatMap(wrong)).toEqual([]);
  });
  it("are at most 250 lines long", () => {
    const long = written.filter((file) => !file.endsWith(".gen.ts") && readFileSync(join(src, file), "utf8").trimEnd().split("\n").length > 250);
    expect(long).toEqual([]);
  });
  it("turn no text of others into markup", () => {
    const guilty = written.filter((file) => /dangerouslySetInnerHTML|innerHTML|document\.write|\beval\(/.test(readFileSync(join(src, file), "utf8")));
    expect(guilty).toEqual([]);
  });
});
