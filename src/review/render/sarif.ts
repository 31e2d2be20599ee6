import { printableJson } from "../../printable-text";
import { plainPhrase } from "../phrase";
import type { Finding, Review, Subject } from "../review";
import { RULES } from "../rules/catalog";
import type { Severity } from "../rules/rule";
import type { PageUrl } from "./finding-section";
import { pathOf } from "./github";

const LEVELS: { readonly [severity in Severity]: string } = { high: "error", medium: "warning", low: "note" };

/** Where a finding is shown whose line is not known: code scanning rejects a result without a place. */
const PROJECT_FILE = { file: "Pulumi.yaml", line: 1 };

/**
 * Writes the findings as SARIF 2.1.0, for code scanning. What is accepted is marked as suppressed, with the reason.
 *
 * @param options.folder - the folder of the Pulumi project in the repository
 * @param options.version - of this package
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(
  reviews: readonly Review[],
  {
    folder,
    version,
    pageUrl,
  }: { readonly folder: string; readonly version: string; readonly pageUrl: PageUrl },
): string {
  const results = reviews.flatMap(({ name, findings }) =>
    findings.flatMap((finding) => finding.subjects.map((subject) => result(name, finding, subject, folder))),
  );
  const driver = { name: "pulumi-ardent", version, rules: RULES.map((rule) => ruleOf(rule, pageUrl)) };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, results }],
  };
  return `${printableJson(log, 2)}\n`;
}

function ruleOf({ id, severity, title }: (typeof RULES)[number], pageUrl: PageUrl) {
  const url = pageUrl(id);
  return {
    id,
    shortDescription: { text: title },
    defaultConfiguration: { level: LEVELS[severity] },
    ...(url === undefined ? {} : { helpUri: url }),
  };
}

function result(name: string, finding: Finding, { text, position = PROJECT_FILE }: Subject, folder: string) {
  const { rule, severity, title, accepted } = finding;
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: `${name}: ${title}: ${plainPhrase(text)}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(pathOf(position.file, folder)) },
          region: { startLine: position.line },
        },
      },
    ],
    ...(accepted === undefined ? {} : { suppressions: [{ kind: "external", justification: accepted }] }),
  };
}
