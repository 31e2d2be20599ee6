import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { type HbaDecision, matchHba } from "../../src/postgres/hba";
import { openSession, type Session } from "../../src/postgres/session";
import { type HbaFacts, readHbaFacts } from "../../src/preflight/facts/hba";
import type { Major, PostgresServer } from "../support/postgres";
import { byTier } from "../support/tier";
import { firstAnswer, startForwardedPostgres } from "./first-answer";
import { type HbaCase, hbaCases, MAKE_ROLES, MAY_CONTINUE, ROLES } from "./hba-files";

/** Fixed, so that every run makes the same files, and printed with what was found. */
const SEED = 20_261_123;
const LOGINS_PER_FILE = 5;
const INCLUDES_FROM = 160_000;
const CONTINUED_FROM = 140_000;

/** How many files of each version. */
const FILES = byTier<readonly (readonly [Major, number])[]>({
  first: [
    [13, 20],
    [17, 60],
  ],
  all: [
    [13, 20],
    [15, 20],
    [17, 200],
    [18, 25],
  ],
});

describe.each(FILES)("pg_hba.conf of Postgres %i", (major, files) => {
  let server: PostgresServer;
  let admin: Session;
  let directory: string;
  const memberships: { [role: string]: HbaFacts["memberships"] } = {};

  beforeAll(async () => {
    server = await startForwardedPostgres(major);
    admin = await openSession(connectionSettings({ ...server.admin, sslMode: "disable" }), {
      applicationName: "hba test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    for (const statement of MAKE_ROLES) await admin.query(statement);
    for (const role of ROLES) memberships[role] = (await readHbaFacts(admin, role)).memberships;
    const [found] = await admin.query<{ directory: string }>(
      "SELECT current_setting('data_directory') AS directory",
    );
    directory = found?.directory ?? "";
  });
  afterAll(async () => {
    await admin?.close();
    await server?.stop();
  });

  it(`decides as predicted: ${files} files, ${LOGINS_PER_FILE} logins each, seed ${SEED + major}`, {
    timeout: 600_000,
  }, async () => {
    const disagreements: unknown[] = [];
    const seen: { [answer: string]: number } = {};
    let undecided = 0;
    for (const [index, hbaCase] of hbaCases(SEED + major, files, LOGINS_PER_FILE).entries()) {
      await load(hbaCase, `loaded_${index}`);
      const { rules, serverAddress } = await readHbaFacts(admin, "postgres");
      const answers = hbaCase.logins.map(async (login) => {
        const decision = matchHba(rules, {
          ...login,
          ...(serverAddress === undefined ? {} : { serverAddress }),
          memberships: memberships[login.role] ?? [],
          serverVersionNum: admin.serverVersionNum,
        });
        const possible = possibleAnswers(decision);
        const answer = await firstAnswer(server.port, login);
        seen[answer] = (seen[answer] ?? 0) + 1;
        if (possible.size > 1) undecided += 1;
        if (!possible.has(answer)) disagreements.push({ ...hbaCase, logins: login, answer, decision });
      });
      await Promise.all(answers);
    }
    const logins = files * LOGINS_PER_FILE;
    console.info(
      `Postgres ${major}, seed ${SEED + major}: ${files} files, ${logins} logins, ${disagreements.length} disagreements, ${undecided} undecided; ${JSON.stringify(seen)}`,
    );
    expect(disagreements).toEqual([]);
    expect(undecided).toBeLessThan(logins / 10);
    // A comparison in which some answer never occurs would show less.
    expect(Object.keys(seen).sort()).toEqual(["md5", "none", "password", "reject", "scram-sha-256", "trust"]);
  });

  /** Writes the files and waits until the server answers by them: the first line asks a user of its own in. */
  async function load({ lines, included, names }: HbaCase, marker: string): Promise<void> {
    const withIncludes = admin.serverVersionNum >= INCLUDES_FROM;
    const main = [
      `host all ${marker} 127.0.0.1/32 password`,
      "host postgres postgres 127.0.0.1/32 scram-sha-256",
      ...lines.slice(0, 3),
      ...(withIncludes ? ["include more.conf"] : []),
      ...lines.slice(3),
    ];
    const continued = admin.serverVersionNum >= CONTINUED_FROM ? " \\\n" : " ";
    const linesOf = (rules: readonly string[]) => rules.join("\n").replaceAll(MAY_CONTINUE, continued);
    const contents = {
      names: names.join("\n"),
      "more.conf": linesOf(included),
      "pg_hba.conf": linesOf(main),
    };
    const objects = await admin.query(
      "SELECT key AS name, lo_from_bytea(0, convert_to(value || E'\\n', 'UTF8')) AS lo FROM jsonb_each_text($1)",
      [contents],
    );
    await admin.query(
      "SELECT lo_export(lo, $1 || '/' || name) FROM jsonb_to_recordset($2) AS files (name text, lo oid)",
      [directory, JSON.stringify(objects)],
    );
    await admin.query("SELECT pg_reload_conf()");
    const probe = { kind: "sql", database: "x", role: marker, address: "127.0.0.1", tls: false } as const;
    await expect
      .poll(() => firstAnswer(server.port, probe), { interval: 5, timeout: 10_000 })
      .toBe("password");
  }
});

/** The answers that a decision leaves open: one, unless it is undecided. */
function possibleAnswers(decision: HbaDecision): Set<string> {
  if (decision.decision === "none") return new Set(["none"]);
  if (decision.decision === "match") return new Set([decision.method]);
  return new Set([decision.rule.authMethod ?? "", ...possibleAnswers(decision.otherwise)]);
}
