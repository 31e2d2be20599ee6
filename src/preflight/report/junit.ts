import XMLBuilder from "fast-xml-builder";
import { createColors } from "picocolors";
import { printableLines, printableValue } from "../../printable-text";
import { CATEGORIES } from "../check/check";
import type { CheckResult, PreflightReport } from "../report";
import { resultLines } from "./result-lines";

/**
 * Writes the report as JUnit XML, which CI services show as test results: one suite for each category, one test for each
 * check. A check that failed is a failure, one that is unknown and has to pass is an error. Those that were not judged
 * are skipped, with the reason. A warning passes, as the command's exit code does, and is printed as its output.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function renderJunit(report: PreflightReport): string {
  const { database, host, port } = report.source;
  const suites = CATEGORIES.flatMap((category) => {
    const tests = report.checks.filter((check) => check.category === category);
    return tests.length === 0 ? [] : [{ category, tests }];
  });
  return XML.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    testsuites: {
      "@name": oneLine(`pulumi-ardent preflight: ${database} at ${host}:${port}`),
      ...totals(report.checks),
      testsuite: suites.map(({ category, tests }) => ({
        "@name": category,
        ...totals(tests),
        testcase: tests.map((check) => testcase(check, category)),
      })),
    },
  });
}

const XML = new XMLBuilder({
  attributeNamePrefix: "@",
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
});

type Kind = "passed" | "failure" | "error" | "skipped";

function kindOf({ outcome, severity }: CheckResult): Kind {
  switch (outcome) {
    case "pass":
    case "warn":
      return "passed";
    case "fail":
      return "failure";
    case "unknown":
      return severity === "error" ? "error" : "skipped";
    case "pending":
    case "skipped":
      return "skipped";
  }
}

function totals(checks: readonly CheckResult[]) {
  const count = (kind: Kind) => checks.filter((check) => kindOf(check) === kind).length;
  return {
    "@tests": checks.length,
    "@failures": count("failure"),
    "@errors": count("error"),
    "@skipped": count("skipped"),
  };
}

function testcase(check: CheckResult, category: string) {
  const { id, title, outcome, message } = check;
  const kind = kindOf(check);
  const reason = { "@message": oneLine(message) };
  return {
    "@name": `${id}: ${title}`,
    "@classname": `preflight.${category}`,
    ...(outcome === "warn" ? { "system-out": wholeText(check) } : {}),
    ...(kind === "failure" || kind === "error"
      ? { [kind]: { ...reason, "@type": id, "#text": wholeText(check) } }
      : {}),
    ...(kind === "skipped" ? { skipped: reason } : {}),
  };
}

function oneLine(text: string): string {
  return printableLines(printableValue(text));
}

/** By which the checklist indents below its categories. */
const INDENT = 2;

/** What the checklist shows of a check, with its findings and fixes. */
function wholeText(check: CheckResult): string {
  const layout = { colors: createColors(false), width: Number.POSITIVE_INFINITY, idWidth: 0 };
  const lines = resultLines(check, layout).map((line) => line.slice(INDENT));
  return printableLines(lines.join("\n"));
}
