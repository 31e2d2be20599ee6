import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DirectGrants, readDirectGrants } from "../../src/access/read-direct-grants";
import { revokeScript } from "../../src/access/revoke-script";
import { grantScript } from "../../src/access/sql";
import { quoteIdentifier as q } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { planFor } from "./plans";

const RUNS = 25;
const SEED = Number(process.env.FAST_CHECK_SEED ?? 11);

const SCHEMA = 'Billing "x"';

/** Earlier statements in which {role}, {owner}, {other} and {db} stand for names. */
const HISTORY = [
  "GRANT CONNECT ON DATABASE {db} TO {role}",
  "GRANT CREATE, TEMPORARY ON DATABASE {db} TO {role} WITH GRANT OPTION",
  "REVOKE CONNECT ON DATABASE {db} FROM PUBLIC",
  "GRANT USAGE ON SCHEMA {schema} TO {role}",
  "GRANT USAGE ON SCHEMA {schema} TO PUBLIC",
  "GRANT CREATE ON SCHEMA {schema} TO {role}",
  "GRANT USAGE ON SCHEMA {schema} TO {role} WITH GRANT OPTION",
  "GRANT SELECT ON {schema}.a TO {role}",
  "GRANT SELECT, INSERT ON {schema}.b TO {role} WITH GRANT OPTION",
  "GRANT SELECT ON {schema}.v TO {role}",
  "GRANT SELECT, USAGE ON {schema}.a_id_seq TO {role}",
  "GRANT SELECT (id) ON {schema}.a TO {role}",
  "GRANT SELECT (id), UPDATE (note) ON {schema}.b TO {role}",
  "GRANT SELECT (note) ON {schema}.b TO {role} WITH GRANT OPTION",
  "GRANT SELECT ON {schema}.b TO {other} WITH GRANT OPTION; SET ROLE {other}; GRANT SELECT ON {schema}.b TO {role}; RESET ROLE",
  "ALTER TABLE {schema}.a OWNER TO {role}",
  "ALTER TABLE {schema}.b OWNER TO {role}; REVOKE SELECT ON {schema}.b FROM {role}",
  "REVOKE ALL ON {schema}.a FROM {owner}",
  "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}",
  "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}",
  "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT ON SEQUENCES TO {role} WITH GRANT OPTION",
  "ALTER DEFAULT PRIVILEGES FOR ROLE {other} IN SCHEMA {schema} GRANT SELECT, INSERT ON TABLES TO {role}",
  "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON TABLES TO {role}",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}",
];

describe.each([13, 18] as const)("the script that revokes grants on Postgres %i", (major) => {
  let db: TestDatabase;
  const names = { role: "", owner: "", other: "" };
  beforeAll(async () => {
    db = await testDatabase("revoke", major);
    for (const key of ["role", "owner", "other"] as const) names[key] = db.role(key);
    await db.run(
      Object.values(names)
        .map((name) => `CREATE ROLE ${q(name)}`)
        .join(";"),
    );
  });
  afterAll(() => db?.drop());

  const fill = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      q({ ...names, db: db.name, schema: SCHEMA }[key] ?? key),
    );
  const plan = () => planFor({ [db.name]: { [SCHEMA]: [names.owner] } }, { name: names.role });
  const read = () => readDirectGrants(db.session, names.role, [SCHEMA]);
  const reset = async () => {
    await db.run(
      fill(`DROP SCHEMA IF EXISTS {schema} CASCADE; REVOKE ALL ON DATABASE {db} FROM {role};
        GRANT CONNECT ON DATABASE {db} TO PUBLIC; DROP OWNED BY {role}, {owner}, {other};
        CREATE SCHEMA {schema} AUTHORIZATION {owner}; GRANT USAGE ON SCHEMA {schema} TO {other};
        CREATE TABLE {schema}.a (id serial, note text); CREATE TABLE {schema}.b (id int, note text);
        CREATE VIEW {schema}.v AS SELECT 1 AS one;
        ALTER TABLE {schema}.a OWNER TO {owner}; ALTER TABLE {schema}.b OWNER TO {owner}`),
    );
  };
  const begin = async (history: readonly string[]) => {
    await reset();
    for (const statements of history) await db.run(fill(statements));
  };

  it(`printed before the grants, revokes exactly what they add, for any earlier grants; seed ${SEED + major}`, {
    timeout: 120_000,
  }, async () => {
    const histories = fc.shuffledSubarray(HISTORY, { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        await begin(history);
        const before = await privileges(db);
        const direct = await read();
        fc.pre(isMissingSomething(direct));
        const revoke = revokeScript(plan(), direct);
        await db.run(grantScript(plan()));
        expect(await readable(db, names.role)).toBe(true);
        // Made after the grants, and readable by the defaults that they set.
        await db.run(fill(`SET ROLE {owner}; CREATE TABLE {schema}.later (); RESET ROLE`));
        const byDefault = before.filter((line) => line.startsWith("default")).length;
        await db.run(revoke);
        if (byDefault === 0)
          expect(await privileges(db, "later")).not.toContainEqual(expect.stringContaining(names.role));
        await db.run(fill("DROP TABLE {schema}.later"));
        expect(await privileges(db)).toEqual(before);
      }),
      { numRuns: RUNS, seed: SEED + major },
    );
  });

  it("printed after the grants, revokes all of them, and nothing that they never give", async () => {
    await begin([
      "GRANT CREATE ON SCHEMA {schema} TO {role}",
      "GRANT SELECT (id) ON {schema}.a TO {role} WITH GRANT OPTION",
      "GRANT SELECT ON {schema}.b TO {other} WITH GRANT OPTION; SET ROLE {other}; GRANT SELECT ON {schema}.b TO {role}; RESET ROLE",
      "GRANT SELECT ON {schema}.a_id_seq TO {role} WITH GRANT OPTION",
      "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT ON SEQUENCES TO {role} WITH GRANT OPTION",
      "CREATE TABLE {schema}.own (id int); ALTER TABLE {schema}.own OWNER TO {role}",
    ]);
    const before = await privileges(db);
    await db.run(grantScript(plan()));
    const script = revokeScript(plan(), await read());
    expect(script).toContain("-- Revokes the read access of role");
    expect(script).toContain(`that ${q(names.other)} granted: only that role can revoke it`);
    await db.run(script);
    expect(await privileges(db)).toEqual(before);
  });

  it("also revokes default privileges of an owner that no longer owns anything", async () => {
    await begin([]);
    const before = await privileges(db);
    await db.run(grantScript(plan()));
    const without = planFor({ [db.name]: { [SCHEMA]: [] } }, { name: names.role });
    await db.run(revokeScript(without, await read()));
    expect(await privileges(db)).toEqual(before);
  });

  it("leaves out a table whose columns the role has granted to others, because REVOKE fails there, and says so", async () => {
    await begin([
      "GRANT USAGE ON SCHEMA {schema} TO {role}",
      "GRANT SELECT (id) ON {schema}.a TO {role} WITH GRANT OPTION",
      "SET ROLE {role}; GRANT SELECT (id) ON {schema}.a TO {other}; RESET ROLE",
    ]);
    const script = revokeScript(plan(), await read());
    await db.run(grantScript(plan()));
    await db.run(script);
    expect(script).toContain(
      `--   SELECT on columns of ${q(SCHEMA)}."a", and on the whole table: the role granted it to others, so REVOKE fails`,
    );
    const left = (await privileges(db)).filter((line) => line.includes(` to ${names.role}`));
    expect(left).toContain(`relation a: SELECT to ${names.role} by ${names.owner}`);
    expect(left.filter((line) => line.startsWith("relation b"))).toEqual([]);
  });
});

function isMissingSomething({ database, schemas }: DirectGrants): boolean {
  return (
    database.some(({ state }) => state === "missing") ||
    schemas.some(({ usage, table, sequence }) => usage === "missing" || table.missing + sequence.missing > 0)
  );
}

async function readable(db: TestDatabase, role: string): Promise<boolean | undefined> {
  const [row] = await db.session.query<{ readable: boolean }>(
    `SELECT bool_and(has_table_privilege($1, c.oid, 'SELECT')) AS readable
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $2 AND relkind IN ('r', 'v')`,
    [role, SCHEMA],
  );
  return row?.readable;
}

/** Every privilege in the database with its grantor, the built-in ones included; of one relation only where named. */
async function privileges(db: TestDatabase, relation?: string): Promise<string[]> {
  const rows = await db.session.query<{ line: string }>(
    `SELECT format('%s: %s to %s by %s', object, a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END,
                   CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,
                   pg_get_userbyid(a.grantor)) AS line
     FROM (
       SELECT NULL::name AS relation, format('database %s', datname) AS object, coalesce(datacl, acldefault('d', datdba)) AS acl
       FROM pg_database WHERE datname = current_database()
       UNION ALL
       SELECT NULL, format('schema %s', nspname), coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
       UNION ALL
       SELECT relname, format('relation %s', relname),
              coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
       FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1 AND relkind IN ('r', 'v', 'S')
       UNION ALL
       SELECT relname, format('column %s of %s', attname, relname), attacl
       FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname = $1
       UNION ALL
       SELECT NULL, format('default %s of %s in %s', defaclobjtype, pg_get_userbyid(defaclrole), coalesce(nspname, '')), defaclacl
       FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
     ) objects, aclexplode(acl) a
     WHERE $2::text IS NULL OR relation = $2 ORDER BY line`,
    [SCHEMA, relation],
  );
  return rows.map(({ line }) => line);
}
