import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import { counted } from "../judge/counted";
import { roleIsSuperuser } from "../judge/role-is-superuser";
import { tableFindings } from "../judge/table-findings";

/**
 * Row-level security hides rows from queries, but not from the stream of changes: the copy would lack rows without an
 * error. It never applies to a superuser, not even with FORCE; then it is only a warning.
 */
export const rowSecurity = defineCheck({
  id: "row-security",
  category: "grants",
  title: "row-level security hides no row from the role",
  severity: "error",
  requires: ["role-exists"],
  reads: ["replicationCaveats"],
  alsoReads: ["access"],
  judge: ({ request, replicationCaveats, access }) => {
    const { bypassed, tables } = replicationCaveats.rowSecurity;
    if (tables.count === 0) return pass();
    if (bypassed) return pass("BYPASSRLS");
    const superuser = roleIsSuperuser(request, valueIfRead(access));
    const of = `row-level security of ${counted(tables.count, "table")}`;
    const verdict = fail(
      superuser
        ? `${of} is bypassed only while ${request.plan.role.name} is a superuser`
        : `${of} decides which rows ${request.plan.role.name} sees`,
      tableFindings(tables.first.slice(0, SHOWN_FINDINGS), {
        current: "row-level security enabled",
        needed: "to be bypassed",
        where: "pg_class.relrowsecurity",
      }),
      {
        text: "Let the role bypass row-level security, as a superuser:",
        sql: [sql`ALTER ROLE ${quoteIdentifier(request.plan.role.name)} BYPASSRLS;`],
      },
      tables.count,
    );
    return superuser ? { ...verdict, severity: "warning" } : verdict;
  },
});
