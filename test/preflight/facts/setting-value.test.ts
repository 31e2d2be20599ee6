import { describe, expect, it } from "vitest";
import { sqlState } from "../../../src/postgres/sqlstate";
import { canonicalValue, isValidValue, type SettingValues } from "../../../src/preflight/facts/setting-value";
import { MAJORS } from "../../support/postgres";
import { testDatabase } from "../test-database";

/** Spellings that Postgres takes, and some that it does not. */
const SPELLINGS = {
  lock_timeout: [
    ...[
      "0",
      "5",
      " 7 ",
      "5min",
      "1.5 h",
      "1e1 s",
      "0x3E8",
      "0X3e8ms",
      "010",
      "08",
      "+3s",
      "0.4ms",
      "0.5",
      "1.5",
      "2.5",
    ],
    ...[
      "300us",
      "700us",
      "1d",
      "1.23456 s",
      ".5s",
      "5.",
      "-1",
      "5 parsecs",
      "1MB",
      "soon",
      "",
      "1 s s",
      "24.8d",
      "30d",
    ],
  ],
  // In kB.
  work_mem: ["64", "1MB", "30.1GB", "0.1GB", "65536B", "1TB", "100.4kB", "1e2MB", "1ms"],
  // In blocks of 8 kB.
  temp_buffers: ["100", "99", "64.5MB", "1GB", "100004kB", "1000000B", "7 kb", "1min"],
  default_transaction_read_only: [
    ...[
      "t",
      "T",
      "tru",
      "TRUE",
      "y",
      "ye",
      "yes",
      "on",
      "ON",
      "1",
      "o",
      "f",
      "fal",
      "n",
      "no",
      "of",
      "off",
      "0",
    ],
    ...["2", "onn", "truee", "", " on"],
  ],
  session_replication_role: ["Replica", "LOCAL", "origin", "replicas"],
  synchronous_commit: ["on", "TRUE", "yes", "1", "Remote_Apply", "off", "false", "no", "0", "t", "2", ""],
} as const;

describe.each(MAJORS)("the value of a setting on Postgres %i", (major) => {
  it("is the same as in Postgres, in any notation, and valid if Postgres accepts it", async () => {
    const database = await testDatabase("settings", major);
    const { session } = database;
    const expected: [string, string, string][] = [];
    const read: [string, string, string][] = [];
    const validity: [string, string, boolean][] = [];
    const taken: [string, string, boolean][] = [];
    for (const [name, spellings] of Object.entries(SPELLINGS)) {
      const [kind] = await session.query<SettingValues>(
        "SELECT vartype AS type, unit, min_val AS min, max_val AS max, to_json(enumvals) AS words FROM pg_settings WHERE name = $1",
        [name],
      );
      if (kind === undefined) throw new Error(`no setting is named ${name}`);
      for (const spelling of spellings) {
        await session.query("BEGIN");
        const refused = await session
          .query("SELECT set_config($1, $2, true)", [name, spelling])
          .then(() => false)
          .catch((error) => sqlState(error) !== undefined);
        const [row] = refused
          ? []
          : await session.query<{ setting: string }>("SELECT setting FROM pg_settings WHERE name = $1", [
              name,
            ]);
        await session.query("ROLLBACK");
        validity.push([name, spelling, isValidValue(spelling, kind)]);
        taken.push([name, spelling, !refused]);
        // A value that is only too large is still a number, and not in use.
        if (row === undefined && /^(-1|30d|64|99|65536B|.*kB)$/.test(spelling)) continue;
        expected.push([name, spelling, row?.setting ?? spelling]);
        read.push([name, spelling, canonicalValue(spelling, kind)]);
      }
    }
    await database.drop();
    expect(validity).toEqual(taken);
    expect(read).toEqual(expected);
  });
});
