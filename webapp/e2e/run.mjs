// npm run e2e -- [--summary FILE] [vitest arguments]: plays the scenes, searches what the programs said for the secrets that were
// issued, and writes {"passed", "failed"} to FILE. The figure of the search goes to the file named by JAM_PROOFS, too.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { search } from "./secrets.mjs";

const args = process.argv.slice(2);
const at = args.indexOf("--summary");
const summary = at < 0 ? null : args.splice(at, 2)[1];
const dir = mkdtempSync(join(tmpdir(), "jam-scenes-"));
const report = join(dir, "report.json");
const vitest = spawnSync("npx", ["vitest", "run", "--config", "e2e/vitest.config.ts", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args], { stdio: "inherit", env: { ...process.env, JAM_SECRETS: dir } });
const row = search(dir);
if (row !== null) {
  console.log(`${row.promise}: ${row.figure} (goal: ${row.goal})`);
  if (process.env.JAM_PROOFS) appendFileSync(process.env.JAM_PROOFS, `${JSON.stringify(row)}\n`);
}
const leaks = row?.held === false ? 1 : 0;
if (summary !== null) {
  const { numPassedTests, numTotalTests, success } = JSON.parse(readFileSync(report, "utf8"));
  const failed = numTotalTests - numPassedTests;
  // A file that cannot be loaded counts no test and is a failure all the same. The search is one more test.
  writeFileSync(summary, JSON.stringify({ passed: numPassedTests + (row?.held ? 1 : 0), failed: (failed === 0 && !success ? 1 : failed) + leaks }));
}
rmSync(dir, { recursive: true });
process.exitCode = (vitest.status ?? 1) || leaks;
