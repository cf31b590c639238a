// Rows of the table of `make verify`, one JSON object a line in the file that JAM_PROOFS names: {"promise", "figure", "goal",
// "held"}, as shared/proof writes them too; {"part"} lines say where a part begins.
//
//   proofs.mjs part NAME
//   proofs.mjs add PROMISE FIGURE GOAL yes|no
//   proofs.mjs rows                    prints how many rows there are, and of how many the promise was not held
//   proofs.mjs tests PACKAGE TEST…     reads `go test -json` on standard input; a test that did not pass is a row, unless
//                                      one of its own says already what was not held
//   proofs.mjs table FILE              prints the table, writes it as Markdown to FILE; exit status 1 when a row was not held
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const collected = process.env.JAM_PROOFS;
const [mode, ...words] = process.argv.slice(2);
const append = (line) => appendFileSync(collected, `${JSON.stringify(line)}\n`);
const lines = () => (existsSync(collected) ? readFileSync(collected, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line)) : []);
const rows = () => lines().filter((line) => line.promise !== undefined);

switch (mode) {
  case "part": append({ part: words[0] }); break;
  case "add": append({ promise: words[0], figure: words[1], goal: words[2], held: words[3] === "yes" }); break;
  case "rows": console.log(rows().length, rows().filter((row) => !row.held).length); break;
  case "tests": await tests(words[0], words.slice(1)); break;
  case "table": table(words[0]); break;
  default: throw new Error("proofs.mjs part | add | rows | tests | table");
}

async function tests(name, wanted) {
  const before = rows();
  const results = new Map();
  const said = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      console.error(line);
      continue;
    }
    if (event.Action === "output" || event.Action === "build-output") said.set(event.Test ?? "", `${said.get(event.Test ?? "") ?? ""}${event.Output}`);
    else if (event.Test !== undefined) results.set(event.Test, event.Action);
  }
  const shown = rows().slice(before.length);
  for (const test of wanted) {
    const result = results.get(test);
    console.error(`${result === "pass" ? "ok  " : "FAIL"} ${name} ${test}`);
    if (result === "pass") continue;
    const words = [...said].filter(([other]) => other === test || other.startsWith(`${test}/`) || (result !== "fail" && other === "")).map(([, text]) => text).join("");
    console.error(words);
    // proof.Show says in the test's own output what it says in the row.
    const told = result === "fail" && shown.some((row) => !row.held && words.includes(row.promise));
    if (!told) append({ promise: `${name} ${test}`, figure: result === "fail" ? "failed" : "did not run", goal: "passes", held: false });
  }
  if (shown.length === 0 && wanted.every((test) => results.get(test) === "pass")) append({ promise: name, figure: "showed nothing", goal: "a figure", held: false });
}

function table(file) {
  const all = lines();
  const broken = rows().filter((row) => !row.held).length;
  const heads = ["promise", "figure", "goal"];
  // Columns that a terminal has room for; longer words go on below.
  const most = [72, 48, 36, 8];
  const wide = [...heads, "mark"].map((head, n) => Math.min(most[n], Math.max(head.length, ...rows().map((row) => [...String(row[head] ?? "NOT HELD")].length))));
  const terminal = (cells) => {
    const columns = cells.map((cell, n) => wrapped(String(cell), wide[n]));
    const height = Math.max(...columns.map((column) => column.length));
    return Array.from({ length: height }, (_, line) => columns.map((column, n) => (column[line] ?? "").padEnd(wide[n])).join("  ").trimEnd()).join("\n");
  };
  const cell = (text) => String(text).replace(/\|/g, "\\|");
  const plain = [terminal([...heads, ""])];
  const markdown = ["| promise | figure | goal | |", "|---|---|---|---|"];
  for (const [n, line] of all.entries()) {
    if (line.part !== undefined) {
      if (all[n + 1]?.promise === undefined) continue; // nothing in it
      plain.push("", line.part);
      markdown.push(`| **${cell(line.part)}** | | | |`);
      continue;
    }
    const mark = line.held ? "" : "NOT HELD";
    plain.push(terminal([line.promise, line.figure, line.goal, mark]));
    markdown.push(`| ${cell(line.promise)} | ${cell(line.figure)} | ${cell(line.goal)} | ${mark} |`);
  }
  const end = rows().length === 0 ? "nothing was shown" : `${rows().length - broken} promises held, ${broken} not`;
  console.log([...plain, "", end].join("\n"));
  writeFileSync(file, `${[...markdown, "", end].join("\n")}\n`);
  process.exitCode = broken === 0 && rows().length > 0 ? 0 : 1;
}

/** A text in lines of at most so many characters, cut between words. */
function wrapped(text, wide) {
  const all = [""];
  for (const word of text.split(" ")) {
    const line = all[all.length - 1];
    if (line === "") all[all.length - 1] = word;
    else if (line.length + 1 + word.length <= wide) all[all.length - 1] = `${line} ${word}`;
    else all.push(word);
  }
  return all;
}
