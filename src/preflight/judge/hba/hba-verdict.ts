import type { CheckInput, Finding, Fix, Verdict } from "../../check/check";
import { fail, notRead, pass } from "../../check/verdict";
import { addLine, hbaPlace } from "./hba-line";
import { nonMatchingRuleFindings } from "./hba-non-matching";
import { type HbaPrediction, predictHba } from "./hba-prediction";

/**
 * Judges what pg_hba.conf will say to Ardent.
 *
 * @param session - `sql`, or `replication-database` for a logical walsender
 * @param called - what the session is called in messages
 */
export function judgeHba(
  input: CheckInput,
  session: "sql" | "replication-database",
  called: string,
): Verdict {
  const prediction = predictHba(input, session);
  if (prediction.kind !== "read") return notRead(prediction);
  const { value } = prediction;
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
          `whether ${called} from ${input.request.egressIp} is let in cannot be told: ${value.reason}`,
          findings,
          fixOf(input, value),
        ),
        severity: "warning",
      };
    case "refused":
      return fail(
        `${called} from ${input.request.egressIp} is refused: ${value.reason}`,
        findings,
        fixOf(input, value),
      );
  }
}

function findingOf({ request }: CheckInput, { rule }: HbaPrediction): Finding {
  return {
    object: `role ${request.role} to database ${request.source.database} from ${request.egressIp}`,
    current:
      rule === undefined
        ? "no line"
        : `${rule.type ?? "a line that cannot be read"} ${rule.authMethod ?? ""}`.trim(),
    needed: "scram-sha-256",
    ...(rule === undefined ? {} : { where: rule.where }),
  };
}

function fixOf(input: CheckInput, prediction: HbaPrediction): Fix {
  const { rule } = prediction;
  if (rule?.type === null) return { text: "Fixed by the config-files fix", sql: [], effect: "none" };
  const text = addLine(input, "source database", hbaPlace(prediction));
  return { text, sql: [], effect: "reload" };
}
