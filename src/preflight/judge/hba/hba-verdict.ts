import type { Finding, Fix, Verdict } from "../../check/check";
import { fail, judgeRead, pass } from "../../check/verdict";
import { addLine, hbaPlace } from "./hba-line";
import { nonMatchingRuleFindings } from "./hba-non-matching";
import { type HbaInput, type HbaPrediction, predictHba } from "./hba-prediction";

/**
 * Judges the decision of pg_hba.conf about Ardent.
 *
 * @param session - `sql`, or `replication-database` for a logical WAL sender
 * @param called - the name of the session in messages
 */
export function judgeHba(input: HbaInput, session: "sql" | "replication-database", called: string): Verdict {
  return judgeRead(predictHba(input, session), (value) => judgePrediction(input, value, called));
}

function judgePrediction(input: HbaInput, value: HbaPrediction, called: string): Verdict {
  const findings = [
    findingOf(input, value),
    ...nonMatchingRuleFindings(input.request, value.nonMatchingRules),
  ];
  switch (value.kind) {
    case "accepted":
      return pass(value.rule.where);
    case "trusted":
      return {
        ...fail(`${called} from ${input.request.egressIp} needs no password`, findings, fixOf(input, value)),
        severity: "warning",
      };
    case "undecided":
      return {
        ...fail(
          `cannot tell whether pg_hba.conf allows ${called} from ${input.request.egressIp}: ${value.reason}`,
          findings,
          fixOf(input, value),
        ),
        severity: "warning",
      };
    case "refused":
      return fail(
        `pg_hba.conf rejects ${called} from ${input.request.egressIp}: ${value.reason}`,
        findings,
        fixOf(input, value),
      );
  }
}

function findingOf({ request }: HbaInput, { rule }: HbaPrediction): Finding {
  return {
    object: `role ${request.plan.role.name} to database ${request.source.database} from ${request.egressIp}`,
    current:
      rule === undefined
        ? "no matching line"
        : `${rule.type ?? "a line that cannot be read"} ${rule.authMethod ?? ""}`.trim(),
    needed: "scram-sha-256",
    ...(rule === undefined ? {} : { where: rule.where }),
  };
}

function fixOf(input: HbaInput, prediction: HbaPrediction): Fix {
  const { rule } = prediction;
  if (rule?.type === null) return { text: "Fixed by the config-files fix", sql: [], effect: "none" };
  const text = addLine(input, "source database", hbaPlace(prediction));
  return { text, sql: [], effect: "reload" };
}
