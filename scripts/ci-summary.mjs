// node scripts/ci-summary.mjs REPORT TEST_EXIT_CODE FAILED_STEPS: adds up vitest's JSON report and the other
// steps of a CI run, prints "N passed, N failed" as the last line, and exits with 1 unless all is well.
import { existsSync, readFileSync } from "node:fs";

const [report = "", testExitCode, failedSteps] = process.argv.slice(2);
const { numPassedTests, numFailedTests } = existsSync(report)
  ? JSON.parse(readFileSync(report, "utf8"))
  : { numPassedTests: 0, numFailedTests: 0 };

// A file that cannot be loaded, or an error outside of every test, fails the run without a failed test.
const otherFailures = numFailedTests === 0 && testExitCode !== "0" ? 1 : 0;
const failed = numFailedTests + otherFailures + Number(failedSteps);

console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
