import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessPlan } from "../../src/access/plan";
import { planDelta } from "../../src/access/plan-delta";
import { readDirectGrants } from "../../src/access/read-direct-grants";
import { revokeScript } from "../../src/access/revoke-script";
import { grantScript } from "../../src/access/sql";
import { quoteIdentifier as q, quoteLiteral } from "../../src/postgres/identifiers";
import type { Session } from "../../src/postgres/session";
import { isSlotName, pgstreamSlotName } from "../../src/preflight/facts/replication-artifacts";
import { applicationSession } from "../support/application-session";
import { AWKWARD_NAMES } from "../support/awkward-names";
import type { Major } from "../support/postgres";
import { byTier } from "../support/tier";
import { type How, type Source, startSource } from "./source";

const PASSWORD = "awkward-5e21";

/** What the grant script gives. */
const GRANTED = [
  "database-connect",
  "database-create",
  "schema-usage",
  "read-tables",
  "read-sequences",
  "default-privileges",
];

/** What the source of this test lacks besides, and prints statements for. */
const FIXED = [
  ...GRANTED,
  "writable-primary",
  "event-triggers",
  "session-timeouts",
  "role-login",
  "role-replication",
  "role-superuser",
  "role-password",
  "role-search-path",
  "duplicate-source",
  "default-privileges-creators",
  "row-security",
  "replica-identity",
  "unlogged-tables",
];

/** As the database's, the schema's and the role's name; what is in the database takes the next names. */
const TRIED = byTier<readonly number[]>({
  // Quotes, 63 bytes of two each, a keyword (which a slot's name may hold), a backslash, a line break.
  first: ['say "hi"', `${"ü".repeat(31)}x`, "select", "back\\slash $1", "line\nbreak"].map((name) =>
    AWKWARD_NAMES.indexOf(name),
  ),
  all: [...AWKWARD_NAMES.keys()],
});

// The oldest and the newest: how names are written is the same in between.
describe.each(byTier<readonly Major[]>({ first: [18], all: [13, 18] }))(
  "preflight on Postgres %i",
  // Each of them runs preflight seven times, and the first beside the start of everything else.
  { timeout: 180_000 },
  (major) => {
    let source: Source;
    beforeAll(async () => {
      source = await startSource({
        major,
        hba: ["host all all 198.51.100.7/32 reject", "host all all all scram-sha-256"],
      });
      await source.run(...AWKWARD_NAMES.map((name) => `CREATE ROLE ${q(name)} PASSWORD '${PASSWORD}'`));
    });
    afterAll(() => source.stop());

    const psql = (database: string, script: string) =>
      source.exec([
        ...["sh", "-c", 'printf %s "$1" | psql -qX -v ON_ERROR_STOP=1 -d "$2" -f -', "sh"],
        ...[script, database],
      ]);

    it.each(TRIED.map(named))("grants, revokes and fixes with all names such as $schema", async (names) => {
      const { schema, role, owner, admin, tables } = names;
      const database = schema;
      await source.run(`CREATE DATABASE ${q(database)}`);
      const sessionOptions = {
        applicationName: "test",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 30_000,
      };
      const session = await applicationSession({ ...source.admin, database }, sessionOptions);
      await setUp(session, names);

      const request = {
        source: { host: source.admin.host, port: source.admin.port, database },
        role,
        schemas: [{ name: schema, owners: [owner] }],
      };
      const how: How = { admin: { ...source.admin, database }, request };
      const only = async (ids: readonly string[]) =>
        (await source.preflight(how)).checks.filter(({ id }) => ids.includes(id));
      const outcomes = async (ids: readonly string[]) => (await only(ids)).map(({ outcome }) => outcome);

      const plan = accessPlan({
        role: { name: role, create: false, superuser: false },
        databases: { [database]: { [schema]: [owner] } },
      });
      await psql(database, grantScript(plan));
      // A partition in another schema is in no plan.
      const left = await only(["schema-usage", "read-tables"]);
      expect(left).toMatchObject([{ outcome: "fail" }, { outcome: "fail" }]);
      for (const { fix } of left) for (const statement of fix?.sql ?? []) await session.query(statement);
      expect(new Set(await outcomes(GRANTED))).toEqual(new Set(["pass"]));
      await psql(database, revokeScript(plan, await readDirectGrants(session, role, [schema])));
      expect(new Set(await outcomes(GRANTED))).toEqual(new Set(["fail"]));

      // Privileges that our grants would revoke; and an admin who cannot grant.
      await session.query(`GRANT CREATE ON SCHEMA ${q(schema)} TO ${q(role)}`);
      await session.query(`GRANT UPDATE (${q(owner)}) ON ${q(schema)}.${q(tables.bare)} TO ${q(role)}`);
      await session.query(`GRANT CONNECT ON DATABASE ${q(database)} TO ${q(admin)}`);
      const delta = planDelta(undefined, plan);
      const as = { ...source.as(admin, PASSWORD), database };
      for (const id of ["held-privileges", "admin-rights"]) {
        const ask = { admin: as, request: { ...request, ...(delta && { delta }) } };
        const result = await source.judge(id, ask);
        expect(result).toMatchObject({ id, outcome: "fail" });
        for (const statement of result.fix?.sql ?? []) await session.query(statement);
        expect(await source.judge(id, ask)).toMatchObject({ id, outcome: "pass" });
      }

      const fixed = new Set<string>();
      for (let round = 1; round <= 2; round += 1)
        for (const { id, fix } of (await source.preflight(how)).checks)
          for (const statement of fix?.sql ?? []) {
            await session.query(statement);
            fixed.add(id);
          }
      expect([...fixed].sort()).toEqual(FIXED.toSorted());
      const { checks } = await source.preflight(how);
      expect(checks.filter(({ outcome }) => outcome === "fail" || outcome === "warn")).toMatchObject([
        ...(isSlotName(pgstreamSlotName(database)) ? [] : [{ id: "slot-name" }]),
        { id: "partition-identity", findings: [{ object: `table ${schema}.${tables.partitioned}` }] },
      ]);
      await session.close();
      await source.run(
        `ALTER ROLE ${q(role)} NOLOGIN NOREPLICATION NOSUPERUSER NOBYPASSRLS`,
        `ALTER ROLE ${q(role)} RESET ALL`,
        `ALTER ROLE ${q(admin)} NOLOGIN`,
        `REVOKE ${q(owner)} FROM ${q(admin)}`,
      );
    });

    it("grants in all databases with one script, and revokes in each", async () => {
      // Each with the schema that holds the partitions of its tables.
      const schemas = new Map(
        TRIED.map((index) => {
          const { schema, other } = named(index);
          return [schema, [schema, other]] as const;
        }),
      );
      const role = "reader";
      await source.run(`CREATE ROLE ${role}`);
      const plan = accessPlan({
        role: { name: role, create: false, superuser: false },
        databases: Object.fromEntries([...schemas].map(([database, names]) => [database, planned(names)])),
      });
      const readable = async () => {
        const states = [...schemas].map(async ([database, names]) => {
          const asked = names.map((name) => ({ name, owners: [] }));
          const request = { source: { ...source.admin, database }, role, schemas: asked };
          const { checks } = await source.preflight({ admin: { ...source.admin, database }, request });
          return checks.find(({ id }) => id === "read-tables")?.outcome;
        });
        return new Set(await Promise.all(states));
      };
      await psql("postgres", grantScript(plan));
      expect(await readable()).toEqual(new Set(["pass"]));
      for (const [database, names] of schemas) {
        const session = await applicationSession({ ...source.admin, database });
        const direct = await readDirectGrants(session, role, names);
        const one = accessPlan({ role: plan.role, databases: { [database]: planned(names) } });
        await session.close();
        await psql(database, revokeScript(one, direct));
      }
      expect(await readable()).toEqual(new Set(["fail"]));
    });

    it("allows each of them with the line of pg_hba.conf that it prints", async () => {
      const judge = (name: string) =>
        source.judge("hba-sql", {
          request: { role: name, source: { ...source.admin, database: name }, egressIp: "198.51.100.7" },
        });
      const lines: string[] = [];
      for (const name of AWKWARD_NAMES) {
        const { outcome, fix } = await judge(name);
        expect({ name, outcome }).toEqual({ name, outcome: "fail" });
        const [place, ...line] = fix?.text.split("\n") ?? [];
        expect(place).toMatch(/^Add this line above .*pg_hba\.conf:2:$/);
        lines.push(line.join("\n"));
      }
      const insert = `file="$(psql -AtU postgres -c 'SHOW hba_file')"; old="$(cat "$file")"
      { echo "$old" | head -n 1; printf '%s\n' "$1"; echo "$old" | tail -n +2; } > "$file"`;
      await source.exec(["sh", "-c", insert, "sh", lines.join("\n")]);
      await source.run("SELECT pg_reload_conf()");
      for (const [index, name] of AWKWARD_NAMES.entries())
        expect(await judge(name)).toMatchObject({
          outcome: "pass",
          message: expect.stringMatching(new RegExp(`pg_hba\\.conf:${index + 2}$`)),
        });
    });
  },
);

/** One name for everything that may be called alike, and the next ones for what may not. */
function named(index: number) {
  const name = (offset: number) => AWKWARD_NAMES[(index + offset) % AWKWARD_NAMES.length] ?? "";
  return {
    schema: name(0),
    other: name(1),
    role: name(0),
    owner: name(1),
    creator: name(2),
    admin: name(3),
    tables: {
      indexed: name(0),
      index: name(1),
      sequence: name(2),
      bare: name(3),
      keyed: name(4),
      unlogged: name(5),
      partitioned: name(6),
      partition: name(7),
    },
  };
}

/** Makes a source that lacks all that a statement can fix. */
async function setUp(
  session: Session,
  { schema, other, role, owner, creator, admin, tables }: ReturnType<typeof named>,
) {
  const [s, e, r, o, c, a, d] = [schema, other, role, owner, creator, admin, schema].map(q);
  const t = Object.fromEntries(Object.entries(tables).map(([what, name]) => [what, q(name)]));
  const trigger = q(`pgstream_${schema.slice(0, 30)}`);
  await session.query(`
    ALTER DATABASE ${d} OWNER TO ${o}; REVOKE CONNECT ON DATABASE ${d} FROM PUBLIC;
    CREATE SCHEMA ${s} AUTHORIZATION ${o}; CREATE SCHEMA ${e} AUTHORIZATION ${o};
    SET ROLE ${o};
    CREATE TABLE ${s}.${t.indexed} (id int NOT NULL);
    CREATE UNIQUE INDEX ${t.index} ON ${s}.${t.indexed} (id);
    ALTER TABLE ${s}.${t.indexed} ENABLE ROW LEVEL SECURITY;
    CREATE SEQUENCE ${s}.${t.sequence};
    CREATE TABLE ${s}.${t.bare} (${o} int);
    CREATE TABLE ${s}.${t.keyed} (id int PRIMARY KEY); ALTER TABLE ${s}.${t.keyed} REPLICA IDENTITY NOTHING;
    CREATE UNLOGGED TABLE ${s}.${t.unlogged} (id int PRIMARY KEY);
    CREATE TABLE ${s}.${t.partitioned} (at date) PARTITION BY RANGE (at);
    CREATE TABLE ${e}.${t.partition} PARTITION OF ${s}.${t.partitioned} DEFAULT;
    RESET ROLE;
    CREATE TABLE ${e}.${t.bare} (id int PRIMARY KEY); ALTER TABLE ${e}.${t.bare} OWNER TO ${c};
    GRANT CREATE ON SCHEMA ${s} TO ${c};
    ALTER ROLE ${r} CONNECTION LIMIT 0 VALID UNTIL '2001-02-03Z';
    ALTER ROLE ${r} SET default_transaction_read_only = on;
    ALTER ROLE ${r} SET statement_timeout = '10s';
    ALTER ROLE ${r} IN DATABASE ${d} SET search_path = nowhere;
    ALTER ROLE ${o} SET session_replication_role = replica;
    ALTER ROLE ${o} IN DATABASE ${d} SET session_replication_role = replica;
    ALTER ROLE ${a} LOGIN CONNECTION LIMIT -1;
    CREATE SCHEMA pgstream;
    CREATE FUNCTION pgstream.emit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER ${trigger} ON sql_drop EXECUTE FUNCTION pgstream.emit();
  `);
  const slot = pgstreamSlotName(schema);
  if (isSlotName(slot))
    await session.query(`SELECT pg_create_logical_replication_slot(${quoteLiteral(slot)}, 'wal2json')`);
}

/** The plan of schemas without owners of their own. */
function planned(schemas: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(schemas.map((name) => [name, []]));
}
