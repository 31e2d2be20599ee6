import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grantsOf } from "../../src/access/plan";
import { readDirectGrants } from "../../src/access/read-direct-grants";
import { revokeScript } from "../../src/access/revoke-script";
import { grantScript, grantStatement, revokeStatement, roleStatements } from "../../src/access/sql";
import { quoteIdentifier as q } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { planFor } from "./plans";

describe("the statement of a grant", () => {
  const grants = grantsOf(planFor({ shop: { billing: ["app"] } }));

  it("grants exactly one thing", () =>
    expect(grants.map((grant) => grantStatement(grant, "ardent"))).toEqual([
      'GRANT CONNECT, CREATE ON DATABASE "shop" TO "ardent";',
      'GRANT USAGE ON SCHEMA "billing" TO "ardent";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "billing" GRANT SELECT ON TABLES TO "ardent";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "billing" GRANT SELECT ON SEQUENCES TO "ardent";',
      'GRANT SELECT ON ALL TABLES IN SCHEMA "billing" TO "ardent";',
      'GRANT SELECT ON ALL SEQUENCES IN SCHEMA "billing" TO "ardent";',
    ]));

  it("is revoked by the matching statement", () =>
    expect(grants.map((grant) => revokeStatement(grant, "ardent"))).toEqual([
      'REVOKE CONNECT, CREATE ON DATABASE "shop" FROM "ardent";',
      'REVOKE USAGE ON SCHEMA "billing" FROM "ardent";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "billing" REVOKE SELECT ON TABLES FROM "ardent";',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "billing" REVOKE SELECT ON SEQUENCES FROM "ardent";',
      'REVOKE SELECT ON ALL TABLES IN SCHEMA "billing" FROM "ardent";',
      'REVOKE SELECT ON ALL SEQUENCES IN SCHEMA "billing" FROM "ardent";',
    ]));
});

describe("the role's statements", () => {
  it("have a placeholder for the password", () =>
    expect(roleStatements(planFor({}).role)).toEqual([
      `CREATE ROLE "ardent" WITH LOGIN PASSWORD '<strong-password>';`,
      'ALTER ROLE "ardent" WITH REPLICATION SUPERUSER;',
    ]));

  it("leave out what is not requested", () => {
    const plain = roleStatements(planFor({}, { superuser: false }).role);
    expect(plain).toContain('ALTER ROLE "ardent" WITH REPLICATION;');
    expect(roleStatements(planFor({}, { create: false }).role)).toEqual([]);
  });
});

describe("the grant script", () => {
  it("is the runbook's script, with FOR ROLE for each owner", () =>
    expect(grantScript(planFor({ shop: { public: ["app_writer"] } }))).toBe(`\
-- Lets role "ardent" read. Running it twice changes nothing.

-- Database "shop"
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
DO 'BEGIN IF pg_catalog.current_database() OPERATOR(pg_catalog.<>) ''shop'' THEN RAISE EXCEPTION USING MESSAGE = ''this part is for database shop''; END IF; END';
GRANT CONNECT, CREATE ON DATABASE "shop" TO "ardent";
GRANT USAGE ON SCHEMA "public" TO "ardent";
ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON TABLES TO "ardent";
ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO "ardent";
ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON TABLES TO "ardent";
ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO "ardent";
GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "ardent";
GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "ardent";
COMMIT;
`));

  it("connects to each of several databases, with names quoted for psql", () =>
    expect(grantScript(planFor({ shop: {}, "o'br": {} })).match(/^\\.*$/gm)).toEqual([
      '\\connect -reuse-previous=on "postgresql:///%6f%27%62%72"',
      '\\connect "shop"',
    ]));

  it("keeps every name inside its comment", () =>
    expect(grantScript(planFor({ "x\nDROP TABLE t;": {} })).split("\n")).not.toContain("DROP TABLE t;"));
});

describe("the grant script on a server", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('Shop "o\'brien" 100% ü; --');
  });
  afterAll(() => db?.drop());

  it("changes nothing when it is run twice, and its revocation, printed before, revokes exactly what it added", async () => {
    const [role, owner, bystander] = [db.role('ardent "x" $1 \\'), db.role("it's %I"), db.role("bystander")];
    const schema = 'sch"ema; DROP SCHEMA public; --';
    await db.run(`CREATE ROLE ${q(role)}; CREATE ROLE ${q(owner)}; CREATE ROLE ${q(bystander)};
      CREATE SCHEMA ${q(schema)}; CREATE TABLE ${q(schema)}.t (id serial); CREATE VIEW ${q(schema)}.v AS SELECT 1;
      ALTER TABLE ${q(schema)}.t OWNER TO ${q(owner)}; GRANT SELECT ON ${q(schema)}.t TO ${q(bystander)};
      GRANT INSERT ON ${q(schema)}.t TO ${q(role)};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(schema)} GRANT INSERT ON TABLES TO ${q(role)};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(schema)} GRANT SELECT ON TABLES TO ${q(bystander)}`);
    const plan = planFor({ [db.name]: { [schema]: [owner], public: [] } }, { name: role });
    const before = await privileges(db);
    const revoke = revokeScript(plan, await readDirectGrants(db.session, role, [schema, "public"]));
    await db.run(grantScript(plan));
    const once = await privileges(db);
    await db.run(grantScript(plan));
    expect(await privileges(db)).toEqual(once);
    const given = once.filter((line) => !before.includes(line));
    const at = `${schema}/${role}`;
    expect(given.sort()).toEqual(
      [
        `database ${db.name}/${role}: CONNECT`,
        `database ${db.name}/${role}: CREATE`,
        `schema public/${role}: USAGE`,
        `schema ${at}: USAGE`,
        `relation t in ${at}: SELECT`,
        `relation t_id_seq in ${at}: SELECT`,
        `relation v in ${at}: SELECT`,
        `default r of ${owner} in ${at}: SELECT`,
        `default S of ${owner} in ${at}: SELECT`,
        ...["public", schema].flatMap((name) => [
          `default r of postgres in ${name}/${role}: SELECT`,
          `default S of postgres in ${name}/${role}: SELECT`,
        ]),
      ].sort(),
    );
    await db.run(revoke);
    expect(await privileges(db)).toEqual(before);
    await db.run(revoke);
    expect(await privileges(db)).toEqual(before);
  });

  it("grants nothing when a part is pasted into another database", async () => {
    const role = db.role("misplaced");
    await db.run(`CREATE ROLE ${q(role)}`);
    const before = await privileges(db);
    const failures = [];
    for (const line of grantScript(planFor({ elsewhere: { public: [] } }, { name: role })).split("\n"))
      await db.run(line || "SELECT").catch((error) => failures.push(error));
    expect(failures.length).toBeGreaterThan(1);
    expect(await privileges(db)).toEqual(before);
  });
});

/** Every privilege in the database, the built-in ones included, as `kind object/grantee: privilege`. */
async function privileges(db: TestDatabase): Promise<string[]> {
  const rows = await db.session.query<{ line: string }>(`
    SELECT format('%s/%s: %s', object, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,
                  a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END) AS line
    FROM (
      SELECT format('database %s', datname) AS object, coalesce(datacl, acldefault('d', datdba)) AS acl
      FROM pg_database WHERE datname = current_database()
      UNION ALL
      SELECT format('schema %s', nspname), coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
      UNION ALL
      SELECT format('relation %s in %s', relname, nspname),
             coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
      FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
      UNION ALL
      SELECT format('default %s of %s in %s', defaclobjtype, pg_get_userbyid(defaclrole), coalesce(nspname, '')),
             defaclacl
      FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
    ) objects, aclexplode(acl) a ORDER BY line`);
  return rows.map(({ line }) => line);
}
