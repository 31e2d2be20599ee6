import type { Check } from "../check/check";
import { judgeDatabasePrivilege } from "../judge/database-privilege";

/** Ardent keeps its books in a schema of its own, `pgstream`; Postgres asks for CREATE even when it exists. */
export const databaseCreate: Check = {
  id: "database-create",
  category: "grants",
  title: "the role may create Ardent's schema",
  severity: "error",
  requires: ["role-exists"],
  run: (input) => judgeDatabasePrivilege(input, "CREATE"),
};
