import { defineCheck } from "../check/define-check";
import { judgeDatabasePrivilege } from "../judge/database-privilege";

/** Ardent stores its metadata in its own schema, `pgstream`; Postgres requires CREATE even if it exists. */
export const databaseCreate = defineCheck({
  id: "database-create",
  category: "grants",
  title: "the role can create Ardent's schema",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: (input) => judgeDatabasePrivilege(input, "CREATE"),
});
