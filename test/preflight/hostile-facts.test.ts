import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DirectGrants } from "../../src/access/read-direct-grants";
import { revokeScript } from "../../src/access/revoke-script";
import { grantScript } from "../../src/access/sql";
import { SCRIPT_HEAD } from "../../src/postgres/psql-script";
import { evaluate } from "../../src/preflight/evaluate";
import type { Facts } from "../../src/preflight/facts/facts";
import { factsSchema } from "../../src/preflight/facts/facts-schema";
import { planWithOwners } from "../../src/preflight/plan-with-owners";
import { renderFixScript, repeatableFix } from "../../src/preflight/report/fix-script";
import { type Asked, requestFor } from "./request-for";
import { type Source, startSource } from "./source";

const RUNS = 40;
const MARK = "/tmp/run-by-a-name";

/** What tries to be more than a name, in psql, on the server and in a comment. */
const HOSTILE = [
  `jit;\\! touch ${MARK}`,
  `\\! touch ${MARK}`,
  `x\n\\! touch ${MARK}\n`,
  `x\r\\! touch ${MARK}`,
  `x\u2028\\! touch ${MARK}`,
  "'; SELECT public.planted(); --",
  '"; SELECT public.planted(); --',
  "\\'; SELECT public.planted(); --",
  '\\"; SELECT public.planted(); --',
  "$$; SELECT public.planted(); $$",
  "*/ SELECT public.planted(); /*",
  "SELECT ON TABLE public.t TO PUBLIC; SELECT public.planted(); --",
  "SELECT 'SELECT public.planted()' \\gexec\n",
  ":'HOST' :\"USER\" :DBNAME `touch /tmp/run-by-a-name`",
  'U&"\\0022; SELECT public.planted(); --',
  "E'\\",
  "\\",
  "constructor",
  "__proto__",
  "\ufeff\u202e'\u0007\u001b[2J",
];
const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 2, maxLength: 3 }).map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("'", '"', "\\", ";", "\n", "--", "$$", "`", ":", " ", "a", "\\!"), {
      minLength: 1,
      maxLength: 12,
    })
    .map((parts) => parts.join("")),
);

/** Puts other text into some of the texts of a value: which, `at` says of each by its place. */
function withTexts(value: unknown, at: (place: number) => string | undefined): unknown {
  let place = 0;
  return JSON.parse(JSON.stringify(value), (_, text) => {
    if (typeof text !== "string") return text;
    place += 1;
    return at(place) ?? text;
  });
}

// The oldest psql, which knows no \restrict, and the newest.
describe.each([13, 18] as const)("facts from an untrusted file, on Postgres %i", (major) => {
  let source: Source;
  let facts: Facts;
  let request: Asked;
  beforeAll(async () => {
    source = await startSource({ major, ready: false });
    await source.run(
      "CREATE TABLE log (line text); CREATE TABLE t (id int)",
      "CREATE FUNCTION planted() RETURNS text LANGUAGE sql AS $$ INSERT INTO public.log VALUES ('planted') RETURNING line $$",
      "CREATE FUNCTION pg_reload_conf() RETURNS text LANGUAGE sql AS $$ SELECT public.planted() $$",
      "CREATE FUNCTION pg_drop_replication_slot(text) RETURNS text LANGUAGE sql AS $$ SELECT public.planted() $$",
      "CREATE ROLE app; CREATE ROLE other; CREATE ROLE ardent NOLOGIN PASSWORD 'x' VALID UNTIL '2001-02-03Z'",
      "ALTER ROLE app SET session_replication_role = replica",
      "ALTER ROLE ardent SET statement_timeout = '10s'; ALTER ROLE ardent SET default_transaction_read_only = on",
      "ALTER ROLE ardent IN DATABASE postgres SET search_path = nowhere",
      "ALTER SYSTEM SET max_slot_wal_keep_size = '20MB'",
      "CREATE SCHEMA pgstream; CREATE SCHEMA s AUTHORIZATION app",
      "CREATE FUNCTION pgstream.emit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
      "CREATE EVENT TRIGGER pgstream_x ON sql_drop EXECUTE FUNCTION pgstream.emit()",
      "CREATE TABLE s.bare (id int); ALTER TABLE s.bare OWNER TO app; ALTER TABLE s.bare ENABLE ROW LEVEL SECURITY",
      "CREATE TABLE s.keyed (id int NOT NULL UNIQUE); ALTER TABLE s.keyed OWNER TO app",
      "CREATE UNLOGGED TABLE s.unlogged (id int PRIMARY KEY); ALTER TABLE s.unlogged OWNER TO app",
      "GRANT INSERT, UPDATE (id) ON s.bare TO ardent WITH GRANT OPTION; GRANT CREATE ON SCHEMA s TO ardent, other",
      "CREATE TABLE public.others (id int PRIMARY KEY); ALTER TABLE others OWNER TO other",
      "ALTER ROLE postgres SET search_path = public, pg_catalog",
    );
    const schemas = [{ name: "s", owners: ["app"] }];
    const objects = { kind: "objects", schema: "s", objectType: "table", privileges: ["SELECT"] } as const;
    const asked = { schemas, delta: { grants: [{ ...objects, database: "postgres" }] } };
    const { source: place } = await source.preflight({
      request: asked,
      amend: (found) => {
        facts = found;
        return found;
      },
    });
    const { host, port, database } = place;
    request = {
      source: { host, port, database },
      role: "ardent",
      connector: true,
      tls: true,
      decisions: {},
      ...asked,
    };
  });
  afterAll(() => source.stop());

  /** What psql sends to the server when it is given a script by -f, without what \restrict keeps from it. */
  const sentBy = async (script: string, conforming: "on" | "off") => {
    const bare = script.replaceAll(/^\\(?!encoding).*$/gm, "");
    await source.exec(["rm", "-f", "/tmp/script.sql"]);
    // An argument is at most 128 KiB long.
    for (const part of Buffer.from(bare)
      .toString("base64")
      .match(/.{1,80000}/g) ?? [])
      await source.exec(["sh", "-c", 'printf %s "$1" | base64 -d >> /tmp/script.sql', "sh", part]);
    const command = `PGOPTIONS="-c standard_conforming_strings=${conforming}" psql -X -e -o /dev/null -f /tmp/script.sql 2>/tmp/errors`;
    const sent = await source.exec(["sh", "-c", command]);
    return sent.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
  };

  it("produce only our own statements", { timeout: 180_000 }, async () => {
    const scripts: string[] = [];
    const statements: string[] = [];
    const every = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.option(hostile, { freq: 2 }), { minLength: 7, maxLength: 31 }), (texts) => {
        const at = (place: number) => texts[place % texts.length] ?? undefined;
        const altered = withTexts(facts, at) as Facts;
        const asked = withTexts(request, at) as Asked;
        // A word that is not of the list is refused where facts are read, and does not get into SQL even past that.
        for (const [judged, why] of [
          [factsSchema.safeParse(altered).data, "schema"],
          [altered, "no schema"],
        ] as const) {
          if (judged === undefined) continue;
          try {
            const report = evaluate(
              requestFor({ ...asked, delta: request.delta, schemas: request.schemas }),
              judged,
            );
            const built = report.checks.flatMap(({ fix, outcome, id }) => {
              if (fix === undefined || outcome === "skipped") return [];
              if (fix.sql.length > 0) every.add(id);
              return fix.sql.map(repeatableFix);
            });
            const script = renderFixScript(report);
            const fixes = script.split("\n").filter((line) => !/^(--|\\|$)/.test(line));
            expect([...built, ...OF_THE_SCRIPT]).toEqual(expect.arrayContaining(fixes));
            const plan = planWithOwners(
              requestFor(asked),
              judged.access.kind === "read" ? judged.access.value : undefined,
            );
            const grants = [grantScript(plan), revokeScript(plan, directGrants(at))];
            scripts.push(script, ...grants);
            statements.push(
              ...fixes,
              ...grants
                .join("\n")
                .split("\n")
                .filter((line) => OURS.test(line)),
            );
          } catch (error) {
            if (why === "no schema" && error instanceof TypeError) continue;
            throw error;
          }
        }
      }),
      { numRuns: RUNS, seed: 10 },
    );
    expect(every.size).toBeGreaterThan(12);
    for (const conforming of ["on", "off"] as const)
      expect(await sentBy(scripts.join("\n"), conforming)).toEqual(statements);
    await expect(source.exec(["ls", MARK])).rejects.toThrow("No such file");
    expect(await source.exec(["psql", "-XAtc", "SELECT line FROM public.log", "postgres"])).toBe("");
  });
});

/** What the script of all fixes holds beside the fixes' statements. */
const OF_THE_SCRIPT = [
  ...SCRIPT_HEAD,
  "SET synchronous_commit = local;",
  "RESET lock_timeout;",
  "SELECT pg_catalog.pg_reload_conf();",
];

/** Grants of a server that names everything as it likes. */
function directGrants(at: (place: number) => string | undefined): DirectGrants {
  const name = (place: number) => at(place) || "x";
  const objects = { missing: 1, held: [name(2)], kept: [name(3)], others: [name(4)] };
  return {
    user: name(0),
    database: [{ privilege: "CONNECT", state: "missing", others: [name(1)] }],
    schemas: [
      {
        name: name(5),
        usage: "held",
        others: [name(6)],
        table: objects,
        sequence: objects,
        columns: [{ table: name(7), columns: [name(8)], grantable: true, passedOn: false }],
      },
    ],
    defaults: [{ schema: name(5), owner: name(9), objectType: "table", grantable: false }],
  };
}

/** A statement of the grant script; none of them has a line break. */
const OURS = /^(BEGIN|COMMIT|SET LOCAL search_path|DO E?'|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES).*;$/;
