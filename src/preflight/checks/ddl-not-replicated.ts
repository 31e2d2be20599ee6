import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { LaterDdl } from "../facts/later-ddl";
import { counted } from "../judge/counted";

/**
 * CREATE TRIGGER, RULE and POLICY are not replicated, but DROP TRIGGER and POLICY are. Objects that exist when the copy
 * is made are copied; those created later are missing in the copy.
 */
export const ddlNotReplicated = defineCheck({
  id: "ddl-not-replicated",
  category: "tables",
  title: "no trigger, rule or policy is missing from the copy",
  severity: "warning",
  reads: ["laterDdl"],
  judge: ({ laterDdl }) => {
    const { count, first } = laterDdl.unreplicated;
    if (count === 0) return pass(present(laterDdl));
    return fail(
      `${counted(count, "object")} created after the connector, and not replicated`,
      first.slice(0, SHOWN_FINDINGS).map(({ schema, table, kind, object }) => ({
        object: `${kind} ${object} on ${schema}.${table}`,
        current: "created after the connector",
        needed: "to be created in the branch by hand",
      })),
      {
        text: "Create them in each branch that needs them; recreating the connector copies them too. Take care with DROP TRIGGER and DROP POLICY: they are replicated, and fail where the object is missing.",
      },
      count,
    );
  },
});

/** Counts the existing objects, and says that later ones are not replicated; empty if there are none. */
function present({ triggers, rules, policies }: LaterDdl): string | undefined {
  const counts = [
    ...(triggers > 0 ? [counted(triggers, "trigger")] : []),
    ...(rules > 0 ? [counted(rules, "rule")] : []),
    ...(policies > 0 ? [policies === 1 ? "1 policy" : `${policies} policies`] : []),
  ];
  return counts.length === 0
    ? undefined
    : `${counts.join(", ")}; those created after the connector are not replicated`;
}
