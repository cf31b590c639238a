// npm run e2e -- [--summary FILE] [vitest arguments]: plays the scenes and writes {"passed", "failed"} to FILE.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const args = process.argv.slice(2);
const at = args.indexOf("--summary");
const summary = at < 0 ? null : args.splice(at, 2)[1];
const dir = mkdtempSync(join(tmpdir(), "jam-scenes-"));
const report = join(dir, "report.json");
const vitest = spawnSync("npx", ["vitest", "run", "--config", "e2e/vitest.config.ts", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args], { stdio: "inherit" });
if (summary !== null) {
  const { numPassedTests, numTotalTests, success } = JSON.parse(readFileSync(report, "utf8"));
  const failed = numTotalTests - numPassedTests;
  // A file that cannot be loaded counts no test and is a failure all the same.
  writeFileSync(summary, JSON.stringify({ passed: numPassedTests, failed: failed === 0 && !success ? 1 : failed }));
}
rmSync(dir, { recursive: true });
process.exitCode = vitest.status ?? 1;
