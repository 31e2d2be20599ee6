import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Fix } from "../check/check";
import type { AdminRights } from "../facts/admin-rights";

/**
 * How an admin who is no superuser gets to act for owners: as their member. Membership in a superuser is never
 * proposed, since it would hand on everything.
 *
 * This is no grant of the access plan: it is the admin's, not the role's, and nothing of ours makes it.
 *
 * @param owners - whose objects or defaults are to be granted; in any order, repeated or not
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
