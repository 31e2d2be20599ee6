import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked, type Question } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

const PASSWORD = "admin-path-7d20";

describeCheck("admin-search-path", { byVersion: true }, (major) => {
  let database: TestDatabase;
  let deployer: string;
  let writer: string;
  let as: { db: string; deployer: string; writer: string };
  beforeAll(async () => {
    database = await testDatabase('Admin "db" %s', major);
    deployer = database.role('Deployer "x" ü');
    writer = database.role("Writer");
    const superuser = quoteIdentifier(database.role("Super"));
    as = {
      db: quoteIdentifier(database.name),
      deployer: quoteIdentifier(deployer),
      writer: quoteIdentifier(writer),
    };
    await database.run(`
      CREATE ROLE ${as.deployer} LOGIN PASSWORD '${PASSWORD}';
      CREATE ROLE ${as.writer} LOGIN PASSWORD '${PASSWORD}';
      CREATE ROLE ${superuser} SUPERUSER;
      CREATE SCHEMA mine AUTHORIZATION ${as.writer};
      CREATE SCHEMA shared;
      GRANT USAGE ON SCHEMA mine, shared TO PUBLIC;
      GRANT CREATE ON SCHEMA shared TO ${as.deployer}, ${superuser};
    `);
  });
  beforeEach(() =>
    database.run(`
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      ALTER DATABASE ${as.db} RESET search_path;
      ALTER ROLE ${as.deployer} IN DATABASE ${as.db} RESET search_path`),
  );
  afterAll(() => database.drop());

  const judge = (question: Question = {}) =>
    checked(database, "admin-search-path", { role: writer, deployer, ...question });
  /** The schemas that are found open, each with whom it is open to. */
  const open = async (question?: Question) => {
    const { outcome, findings } = await judge(question);
    expect(outcome).toBe(findings.length === 0 ? "pass" : "warn");
    return findings.map(({ object, current }) => `${object}: ${current}`);
  };
  const setPath = (path: string) =>
    database.run(`ALTER ROLE ${as.deployer} IN DATABASE ${as.db} SET search_path = ${path}`);

  /** Whether what the writer plants in a schema runs in a session of the deployer that calls array_remove. */
  async function runsPlanted(schema: string, create = ""): Promise<boolean> {
    const session = await database.sessionAs(writer, PASSWORD);
    try {
      await session.query(
        `${create}; CREATE FUNCTION ${schema}.array_remove(text[], text) RETURNS text[]
         LANGUAGE sql AS $$ SELECT ARRAY['planted'] $$`,
      );
    } catch {
      return false;
    }
    const theirs = await database.sessionAs(deployer, PASSWORD);
    const path = await theirs.query<{ path: string }>(`
      SELECT substr(setting, 13) AS path FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) setting
      WHERE setrole = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
        AND setdatabase <> 0 AND starts_with(setting, 'search_path=')`);
    await theirs.query(`SET search_path = ${path[0]?.path ?? '"$user", public'}`);
    const [row] = await theirs.query<{ found: string[] }>(
      "SELECT array_remove(ARRAY['x']::text[], NULL) AS found",
    );
    await session.query(`DROP FUNCTION ${schema}.array_remove(text[], text)`);
    return row?.found[0] === "planted";
  }

  it("is skipped where nothing is deployed", async () => {
    expect(await checked(database, "admin-search-path")).toMatchObject({
      outcome: "skipped",
      message: "applies to deployments only",
    });
  });

  it("passes as Postgres 15 and later leave a database, and names PUBLIC as 13 and 14 do", async () => {
    const fresh = await testDatabase("fresh", major);
    const result = await checked(fresh, "admin-search-path", { deployer });
    await fresh.drop();
    expect(result).toMatchObject(
      major < 15
        ? {
            outcome: "warn",
            message: `@pulumi/postgresql would run other roles' functions as ${deployer}`,
            findings: [
              {
                object: "schema public",
                current: "open to PUBLIC",
                needed: "CREATE for superusers only",
                where: `search_path of ${deployer}: "$user", public; default`,
              },
            ],
          }
        : { outcome: "pass", message: `${deployer}: "$user", public` },
    );
  });

  it("names each schema that others own or can create in, as a planted function proves", async () => {
    expect(await open()).toEqual([]);
    expect(await runsPlanted("public")).toBe(false);

    await database.run(`GRANT CREATE ON SCHEMA public TO ${as.writer}`);
    expect(await open()).toEqual([`schema public: open to ${writer}`]);
    expect(await runsPlanted("public")).toBe(true);
    await database.run(`REVOKE CREATE ON SCHEMA public FROM ${as.writer}`);

    await setPath("pg_catalog, mine, shared");
    expect(await open()).toEqual([`schema mine: open to ${writer}`]);
    expect(await runsPlanted("mine")).toBe(true);

    await setPath("shared, pg_temp");
    expect(await open()).toEqual([]);
    expect(await runsPlanted("shared")).toBe(false);
  });

  it("names the roles that can create a missing schema", async () => {
    await setPath('"$user", nowhere, pg_nowhere');
    expect(await open()).toEqual([]);
    await database.run(`GRANT CREATE ON DATABASE ${as.db} TO ${as.writer}`);
    expect(await open()).toEqual([
      `schema ${deployer}: does not exist, and open to ${writer}`,
      `schema nowhere: does not exist, and open to ${writer}`,
    ]);
    expect(
      await runsPlanted("nowhere", "CREATE SCHEMA nowhere; GRANT USAGE ON SCHEMA nowhere TO PUBLIC"),
    ).toBe(true);
    await database.run(`DROP SCHEMA nowhere; REVOKE CREATE ON DATABASE ${as.db} FROM ${as.writer}`);
  });

  it("counts the role that this deployment lets create in the database, unless it is a superuser", async () => {
    await setPath("nowhere");
    expect(await open({ assumeNoSuperuser: true })).toEqual([
      `schema nowhere: does not exist, and open to ${writer}`,
    ]);
    expect(await open({ assumeNoSuperuser: false })).toEqual([]);
  });

  it("names the database's owner, who owns public from Postgres 15 on and can create any schema", async () => {
    await database.run(`ALTER DATABASE ${as.db} OWNER TO ${as.writer}`);
    const missing = `schema ${deployer}: does not exist, and open to ${writer}`;
    expect(await open()).toEqual(major < 15 ? [missing] : [missing, `schema public: open to ${writer}`]);
    expect(await runsPlanted("public")).toBe(major >= 15);
    await database.run(`ALTER DATABASE ${as.db} OWNER TO postgres`);
  });

  it("passes after the fix, even for a deployer who cannot alter other roles", async () => {
    await database.run(`ALTER DATABASE ${as.db} SET search_path = mine`);
    const result = await judge();
    expect(result).toMatchObject({
      outcome: "warn",
      findings: [{ where: `search_path of ${deployer}: mine; database ${database.name}` }],
      fix: {
        sql: [`ALTER ROLE ${as.deployer} IN DATABASE ${as.db} SET search_path = pg_catalog, pg_temp;`],
      },
    });
    await applyFix(result, await database.sessionAs(deployer, PASSWORD));
    expect(await judge()).toMatchObject({ outcome: "pass", message: `${deployer}: pg_catalog, pg_temp` });
    expect(await runsPlanted("mine")).toBe(false);
  });
});
