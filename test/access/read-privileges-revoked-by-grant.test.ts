import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Grant, grantsOf } from "../../src/access/plan";
import { readPrivilegesRevokedByGrant } from "../../src/access/read-privileges-revoked-by-grant";
import { grantStatement } from "../../src/access/sql";
import { quoteIdentifier as q } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { MAJORS } from "../support/postgres";
import { planFor } from "./plans";

/** What the grants of the access plan are run after: the words of terraform-provider-postgresql 1.27. */
function providersRevoke(grant: Grant, role: string): string {
  if (grant.kind === "database")
    return `REVOKE ALL PRIVILEGES ON DATABASE ${q(grant.database)} FROM ${q(role)}`;
  const schema = q(grant.schema);
  if (grant.kind === "schema") return `REVOKE ALL PRIVILEGES ON SCHEMA ${schema} FROM ${q(role)}`;
  const objects = `${grant.objectType.toUpperCase()}S`;
  if (grant.kind === "objects")
    return `REVOKE ALL PRIVILEGES ON ALL ${objects} IN SCHEMA ${schema} FROM ${q(role)}`;
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${q(grant.owner)} IN SCHEMA ${schema} REVOKE ALL ON ${objects} FROM ${q(role)}`;
}

describe.each(MAJORS)("the privileges of a role beyond the plan on Postgres %i", (major) => {
  let database: TestDatabase;
  let owner: string;
  beforeAll(async () => {
    database = await testDatabase("held", major);
    owner = database.role('own"er');
    await database.run(`CREATE ROLE ${q(owner)}; CREATE SCHEMA "Ap""p" AUTHORIZATION ${q(owner)};
      SET ROLE ${q(owner)};
      CREATE TABLE "Ap""p"."Or.ders" (id serial, price int); CREATE TABLE "Ap""p".items (id int);
      CREATE TABLE "Ap""p".parts (id int) PARTITION BY RANGE (id);
      CREATE VIEW "Ap""p".shown AS SELECT 1 AS id;
      RESET ROLE`);
  });
  afterAll(() => database.drop());

  const makeRole = async () => {
    const role = database.role('Re"ader');
    await database.run(`CREATE ROLE ${q(role)}`);
    return role;
  };
  const grants = () => grantsOf(planFor({ [database.name]: { 'Ap"p': [owner] } }));
  const held = async (role: string) =>
    (await readPrivilegesRevokedByGrant(database.session, role, grants())).map(({ grant, ...rest }) => ({
      of: grant.kind === "objects" || grant.kind === "default" ? [grant.kind, grant.objectType] : grant.kind,
      ...rest,
    }));
  const give = async (role: string, ...statements: string[]) => {
    for (const statement of statements) await database.run(statement.replaceAll("ROLE_", q(role)));
  };
  /** What the role may do, by Postgres' own word. */
  const rights = async (role: string) => {
    const [row] = await database.session.query<Record<string, boolean>>(
      `SELECT has_database_privilege($1, current_database(), 'CREATE') AS "create",
              has_schema_privilege($1, 'Ap"p', 'CREATE') AS "createHere",
              has_table_privilege($1, '"Ap""p"."Or.ders"', 'INSERT') AS "insert",
              has_column_privilege($1, '"Ap""p".items', 'id', 'UPDATE') AS "updateColumn",
              has_table_privilege($1, '"Ap""p".shown', 'DELETE') AS "deleteView",
              has_table_privilege($1, '"Ap""p".parts', 'SELECT WITH GRANT OPTION') AS "option",
              has_sequence_privilege($1, '"Ap""p"."Or.ders_id_seq"', 'UPDATE') AS "setSequence"`,
      [role],
    );
    return row;
  };
  const deploy = async (role: string) => {
    for (const grant of grants()) {
      await database.run(providersRevoke(grant, role));
      await database.run(grantStatement(grant, role));
    }
  };

  it("are empty for a role that has the plan's own grants, or does not exist", async () => {
    const role = await makeRole();
    expect(await held(role)).toEqual([]);
    for (const grant of grants()) await database.run(grantStatement(grant, role));
    expect(await held(role)).toEqual([]);
    expect(await held("nobody here")).toEqual([]);
    await database.run(`DROP OWNED BY ${q(role)}`);
  });

  it("include everything that the provider's REVOKE ALL revokes, on all kinds of objects", async () => {
    const role = await makeRole();
    await give(
      role,
      `GRANT TEMPORARY, CREATE ON DATABASE ${q(database.name)} TO ROLE_`,
      `GRANT CREATE ON SCHEMA "Ap""p" TO ROLE_`,
      `GRANT SELECT, INSERT ON "Ap""p"."Or.ders" TO ROLE_`,
      `GRANT UPDATE (id), SELECT (id) ON "Ap""p".items TO ROLE_`,
      `GRANT DELETE ON "Ap""p".shown TO ROLE_`,
      `GRANT SELECT ON "Ap""p".parts TO ROLE_ WITH GRANT OPTION`,
      `GRANT UPDATE ON "Ap""p"."Or.ders_id_seq" TO ROLE_`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA "Ap""p" GRANT INSERT, SELECT ON TABLES TO ROLE_`,
    );
    const one = { count: 1, all: true, examples: [] };
    const plain = (privilege: string) => ({ privilege, grantable: false });
    const table = (name: string) => ({
      of: ["objects", "table"],
      count: 1,
      all: false,
      examples: [name],
    });
    expect(await held(role)).toEqual([
      { of: "database", ...one, privileges: [plain("TEMPORARY")] },
      { of: "schema", ...one, privileges: [plain("CREATE")] },
      { of: ["default", "table"], ...one, privileges: [plain("INSERT")] },
      { ...table("shown"), privileges: [plain("DELETE")] },
      { ...table("Or.ders"), privileges: [plain("INSERT")] },
      { ...table("parts"), privileges: [{ privilege: "SELECT", grantable: true }] },
      { ...table("items"), privileges: [{ privilege: "UPDATE", columns: ["id"], grantable: false }] },
      {
        of: ["objects", "sequence"],
        count: 1,
        all: true,
        examples: ["Or.ders_id_seq"],
        privileges: [plain("UPDATE")],
      },
    ]);
    const before = await rights(role);
    expect(Object.values(before ?? {})).toEqual(Array(7).fill(true));
    await deploy(role);
    expect(await rights(role)).toEqual({
      create: true,
      createHere: false,
      insert: false,
      updateColumn: false,
      deleteView: false,
      option: false,
      setSequence: false,
    });
    expect(await held(role)).toEqual([]);
    await database.run(`DROP OWNED BY ${q(role)}`);
  });

  it("include what an owner has on its own tables, which REVOKE ALL revokes too", async () => {
    const role = await makeRole();
    await database.run(`CREATE TABLE "Ap""p".own (id int); ALTER TABLE "Ap""p".own OWNER TO ${q(role)}`);
    const inserts = async () =>
      await database.session.query(`SELECT has_table_privilege($1, '"Ap""p".own', 'INSERT') AS ok`, [role]);
    expect(await held(role)).toMatchObject([{ of: ["objects", "table"], count: 1, examples: ["own"] }]);
    expect(await inserts()).toEqual([{ ok: true }]);
    await deploy(role);
    expect(await inserts()).toEqual([{ ok: false }]);
    await database.run(`DROP TABLE "Ap""p".own; DROP OWNED BY ${q(role)}`);
  });

  it("leave out those of a membership, of PUBLIC, and of other grantors", async () => {
    const role = await makeRole();
    const group = await makeRole();
    const middle = await makeRole();
    await give(
      role,
      `GRANT INSERT ON "Ap""p".items TO ROLE_`,
      `GRANT INSERT ON "Ap""p".items TO ${q(group)}`,
      `GRANT ${q(group)} TO ROLE_`,
      `GRANT USAGE ON SCHEMA "Ap""p" TO ${q(middle)}`,
      `GRANT DELETE ON "Ap""p".items TO ${q(middle)} WITH GRANT OPTION`,
      `SET ROLE ${q(middle)}; GRANT DELETE ON "Ap""p".items TO ROLE_; RESET ROLE`,
      `GRANT TRUNCATE ON "Ap""p".items TO PUBLIC`,
    );
    const may = async (privilege: string) =>
      (
        await database.session.query<{ ok: boolean }>(
          `SELECT has_table_privilege($1, '"Ap""p".items', $2) AS ok`,
          [role, privilege],
        )
      )[0]?.ok;
    expect(await held(role)).toEqual([]);
    await deploy(role);
    expect([await may("INSERT"), await may("DELETE"), await may("TRUNCATE")]).toEqual([true, true, true]);
    await database.run(
      `DROP OWNED BY ${q(middle)} CASCADE; DROP OWNED BY ${q(group)}; DROP OWNED BY ${q(role)}`,
    );
  });
});
