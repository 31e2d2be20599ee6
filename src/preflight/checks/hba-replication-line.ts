import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass } from "../check/verdict";
import { addLine, hbaPlace } from "../judge/hba/hba-line";
import { predictHba } from "../judge/hba/hba-prediction";

/**
 * Ardent's guide asks for a line with the keyword `replication` (runbook, step 1). Postgres needs it only for physical
 * standbys, so its absence is only a warning, and only if the line that matters is present.
 */
export const hbaReplicationLine = defineCheck({
  id: "hba-replication-line",
  category: "access-rules",
  title: "pg_hba.conf has the replication line from Ardent's guide",
  severity: "warning",
  requires: ["hba-replication"],
  alsoReads: ["hba", "server", "access"],
  judge: (input) =>
    judgeRead(predictHba(input, "replication"), (value) => {
      if (value.kind === "undecided") return { kind: "skipped", message: `cannot tell: ${value.reason}` };
      if (value.kind !== "refused") return pass(value.rule.where);
      const { plan, egressIp } = input.request;
      return fail(
        "pg_hba.conf has no line with the keyword replication for Ardent",
        [
          {
            object: `role ${plan.role.name} to replication from ${egressIp}`,
            current: value.rule === undefined ? "no matching line" : value.reason,
            needed: "scram-sha-256",
            ...(value.rule === undefined ? {} : { where: value.rule.where }),
          },
        ],
        {
          text: `Ardent's guide asks for it; Postgres itself needs it only for physical standbys. ${addLine(input, "replication", hbaPlace(value))}`,
          effect: "reload",
        },
      );
    }),
});
