// Counts tests.
//
//   count.mjs go FILE    reads "go test -json" on standard input, prints what failed and one line a
//                        package, writes {"passed", "failed"} to FILE
//   count.mjs read FILE  prints "PASSED FAILED" of such a file, or of Vitest's JSON report
//
// A test with subtests is counted as these. A skipped test is a failure: a test that
// cannot run has to say what it needs.
import { createInterface } from "node:readline";
import { readFileSync, writeFileSync } from "node:fs";

const [mode, file] = process.argv.slice(2);

if (mode === "read") {
  const report = JSON.parse(readFileSync(file, "utf8"));
  const passed = report.passed ?? report.numPassedTests;
  let failed = report.failed ?? report.numTotalTests - report.numPassedTests;
  // Of a file that cannot be loaded Vitest counts no test at all.
  if (failed === 0 && report.success === false) failed = 1;
  if (!Number.isInteger(passed) || !Number.isInteger(failed)) throw new Error(`${file} holds no counts`);
  console.log(`${passed} ${failed}`);
} else if (mode === "go") {
  await countGo();
} else {
  throw new Error("count.mjs go FILE | count.mjs read FILE");
}

async function countGo() {
  const output = new Map(); // "package test" to the lines it printed
  const result = new Map(); // "package test" to its last action, tests without subtests only
  const failedPackages = new Map(); // package to how many of its tests failed
  let broken = 0; // packages that failed without a failed test: build errors, panics, time-outs

  for await (const line of createInterface({ input: process.stdin })) {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      console.error(line);
      continue;
    }
    const name = event.Package ?? event.ImportPath ?? "";
    const key = `${name} ${event.Test ?? ""}`;
    if (event.Action === "output" || event.Action === "build-output") {
      if (!output.has(key)) output.set(key, []);
      output.get(key).push(event.Output);
    } else if (event.Action === "build-fail") {
      process.stdout.write((output.get(key) ?? []).join(""));
    } else if (event.Test && ["run", "pass", "fail", "skip"].includes(event.Action)) {
      finishTest(event, name, key);
    } else if (["pass", "fail", "skip"].includes(event.Action)) {
      finishPackage(event, name, key);
    }
  }

  const failed = [...result.values()].filter((action) => action !== "pass").length + broken;
  const passed = [...result.values()].filter((action) => action === "pass").length;
  writeFileSync(file, JSON.stringify({ passed, failed }));
  process.exitCode = failed === 0 ? 0 : 1;

  function finishTest(event, name, key) {
    if (event.Action === "run") {
      const parent = event.Test.slice(0, Math.max(0, event.Test.lastIndexOf("/")));
      result.delete(`${name} ${parent}`);
      result.set(key, "run");
      return;
    }
    const hasSubtests = !result.has(key);
    const subtestFailed = [...result].some(([other, action]) => other.startsWith(`${key}/`) && action !== "pass");
    if (!hasSubtests || (event.Action === "fail" && !subtestFailed)) result.set(key, event.Action);
    if (event.Action !== "pass") {
      failedPackages.set(name, (failedPackages.get(name) ?? 0) + 1);
      process.stdout.write((output.get(key) ?? []).join(""));
    }
    output.delete(key);
  }

  function finishPackage(event, name, key) {
    if (event.Action === "fail" && !failedPackages.has(name)) {
      broken++;
      for (const [other, lines] of output) {
        if (other.startsWith(`${name} `)) process.stdout.write(lines.join(""));
      }
    }
    if (event.Action !== "skip") console.log(`${event.Action === "pass" ? "ok  " : "FAIL"} ${name} ${event.Elapsed} s`);
    output.delete(key);
  }
}
