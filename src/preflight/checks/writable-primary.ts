import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { SETTING_SQL } from "../facts/setting-names";
import { sessionSetting } from "../judge/session-settings";
import { passUnlessUndone } from "../judge/settings";

const READ_ONLY = "default_transaction_read_only";

/** Ardent replicates from the primary and writes its own schema there (runbook, "is writer"). */
export const writablePrimary = defineCheck({
  id: "writable-primary",
  category: "server",
  title: "the server is a writable primary",
  severity: "error",
  reads: ["server"],
  alsoReads: ["roleLogin"],
  judge: (input) => {
    const { request, server } = input;
    if (server.inRecovery)
      return fail(
        "the server is a standby",
        [{ object: "pg_is_in_recovery()", current: "true", needed: "false" }],
        {
          text: "Give the address of the primary: a standby accepts no writes, and Ardent cannot use its slots.",
        },
      );
    const readOnly = sessionSetting(input, READ_ONLY);
    if (readOnly === undefined) return pass();
    if (readOnly.value !== "on")
      return passUnlessUndone({
        name: READ_ONLY,
        setting: readOnly,
        needed: "off",
        literal: sql`off`,
        effect: "reload",
        suffices: (value) => value !== "on",
      });
    return fail(
      "transactions are read-only by default",
      [
        {
          object: READ_ONLY,
          current: readOnly.value,
          needed: "off",
          where: readOnly.where ?? readOnly.source,
        },
      ],
      {
        text: `Set ${READ_ONLY} = off for the role; if the server is read-only on purpose (full disk, migration), resolve that first.`,
        // The role's setting for this database overrides all others.
        sql: [
          sql`ALTER ROLE ${quoteIdentifier(request.plan.role.name)} IN DATABASE ${quoteIdentifier(request.source.database)} SET ${SETTING_SQL[READ_ONLY]} = off;`,
        ],
      },
    );
  },
});
