import { defineCheck } from "../check/define-check";
import { judgeDatabasePrivilege } from "../judge/database-privilege";

/** Ardent keeps its books in a schema of its own, `pgstream`; Postgres asks for CREATE even when it exists. */
export const databaseCreate = defineCheck({
  id: "database-create",
  category: "grants",
  title: "the role can create Ardent's schema",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: (input) => judgeDatabasePrivilege(input, "CREATE"),
});
