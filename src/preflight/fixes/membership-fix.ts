import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Fix } from "../check/check";
import type { AdminRights } from "../facts/admin-rights";

/**
 * The fix that lets an admin without SUPERUSER act for owners: it becomes their member. Membership in a superuser is
 * never proposed, because it would give the admin all privileges.
 *
 * This grant is not part of the access plan: it is for the admin, not for the role, and the user runs it.
 *
 * @param owners - owners of the objects or default privileges; in any order, with or without duplicates
 */
export function membershipFix(admin: AdminRights, owners: readonly string[]): Fix {
  const open = [...new Set(owners)].filter((owner) => !admin.superuserOwners.includes(owner)).sort();
  return {
    text:
      open.length === 0
        ? "Deploy as a superuser."
        : "Deploy as a superuser, or have a superuser make the admin a member of these owners (this does not cover what only a superuser can do):",
    sql: open.map((owner) => sql`GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(admin.user)};`),
    ...(open.length === 0
      ? {}
      : { choice: `As a member, ${admin.user} has all privileges of these owners.` }),
    effect: "none",
  };
}
