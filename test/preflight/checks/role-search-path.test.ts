import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { AWKWARD_NAMES } from "../../support/awkward-names";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

const PASSWORD = "search-path-9c1d";

describeCheck("role-search-path", (major) => {
  let database: TestDatabase;
  let role: string;
  let superuser: string;
  let as: { r: string; d: string };
  beforeAll(async () => {
    database = await testDatabase('Path "db" %s', major);
    role = database.role('Path "role" ü');
    superuser = database.role("Super");
    as = { r: quoteIdentifier(role), d: quoteIdentifier(database.name) };
    await database.run(`
      CREATE ROLE ${as.r} LOGIN PASSWORD '${PASSWORD}';
      CREATE ROLE ${quoteIdentifier(superuser)} LOGIN SUPERUSER PASSWORD '${PASSWORD}';
      CREATE SCHEMA app; CREATE SCHEMA closed; CREATE SCHEMA "Capital, ""quoted""";
      GRANT USAGE ON SCHEMA app, "Capital, ""quoted""" TO ${as.r};
    `);
  });
  afterAll(() => database.drop());

  /** The value in a session that logs in. */
  const currentSchema = async (user: string) => {
    const session = await database.sessionAs(user, PASSWORD);
    const [row] = await session.query<{ schema: string | null }>("SELECT current_schema()::text AS schema");
    await session.close();
    return row?.schema ?? undefined;
  };
  const judged = async (user = role) => {
    const { outcome, message } = await checked(database, "role-search-path", { role: user });
    return outcome === "pass" ? message : undefined;
  };

  it("passes on a new server", async () => {
    expect(await judged()).toBe("public");
    expect(await currentSchema(role)).toBe("public");
  });

  it("finds the same schema as current_schema(), for any search_path", async () => {
    const paths = [
      "''",
      "nowhere",
      "nowhere, app",
      "closed",
      "closed, App, public",
      '"$user"',
      '"$user", app',
      '"nowhere", "Capital, ""quoted"""',
      '"Capital, ""quoted""", app',
      '"App"',
      "pg_catalog",
      "'pg_catalog, app'",
      "nowhere, pg_temp",
    ];
    for (const path of paths) {
      await database.run(`ALTER ROLE ${as.r} SET search_path = ${path}`);
      const found = await currentSchema(role);
      const expected = found?.startsWith("pg_temp") ? "pg_temp" : found;
      expect({ path, found: await judged() }).toEqual({ path, found: expected });
    }
    await database.run(`ALTER ROLE ${as.r} RESET search_path`);
  });

  it("finds the schema that is named after the role", async () => {
    await database.run(`CREATE SCHEMA ${as.r}; GRANT USAGE ON SCHEMA ${as.r} TO ${as.r}`);
    expect([await judged(), await currentSchema(role)]).toEqual([role, role]);
    await database.run(`DROP SCHEMA ${as.r}`);
  });

  it("uses the most specific setting: the database's, the role's, the role's in the database", async () => {
    const settings = [
      `DATABASE ${as.d} SET search_path = nowhere`,
      `ROLE ${as.r} SET search_path = app`,
      `ROLE ${as.r} IN DATABASE ${as.d} SET search_path = ''`,
    ];
    const seen: (string | undefined)[] = [];
    for (const setting of settings) {
      await database.run(`ALTER ${setting}`);
      expect(await judged()).toBe(await currentSchema(role));
      seen.push((await checked(database, "role-search-path", { role })).findings[0]?.where);
    }
    expect(seen).toEqual([
      `database ${database.name}`,
      undefined,
      `role ${role} in database ${database.name}`,
    ]);
  });

  it("passes after the fix, which changes the role only in this database", async () => {
    const result = await checked(database, "role-search-path", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      message: `current_schema() is null for ${role}: its search_path has no schema that it can use`,
      findings: [{ object: "search_path", current: '""' }],
      fix: { sql: [`ALTER ROLE ${as.r} IN DATABASE ${as.d} SET search_path TO "app";`] },
    });
    await applyFix(result, database.session);
    expect([await judged(), await currentSchema(role)]).toEqual(["app", "app"]);
    await database.run(`
      ALTER ROLE ${as.r} RESET ALL; ALTER ROLE ${as.r} IN DATABASE ${as.d} RESET ALL;
      ALTER DATABASE ${as.d} RESET search_path`);
  });

  it("requires no USAGE of a superuser, unless it is judged as if it were not one", async () => {
    await database.run(`ALTER ROLE ${quoteIdentifier(superuser)} SET search_path = closed`);
    expect([await judged(superuser), await currentSchema(superuser)]).toEqual(["closed", "closed"]);
    const result = await checked(database, "role-search-path", { role: superuser, assumeNoSuperuser: true });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ current: "closed" }, { object: "schema closed", needed: "USAGE" }],
      fix: { sql: [`GRANT USAGE ON SCHEMA "closed" TO ${quoteIdentifier(superuser)};`] },
    });
    await applyFix(result, database.session);
    const after = await checked(database, "role-search-path", { role: superuser, assumeNoSuperuser: true });
    expect(after).toMatchObject({ outcome: "pass" });
    await database.run(`REVOKE USAGE ON SCHEMA closed FROM ${quoteIdentifier(superuser)}`);
  });

  it("is pending if this deployment creates the role or grants USAGE", async () => {
    await database.run("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
    const name = "not made yet";
    const plan = accessPlan({
      role: { name, create: true, superuser: false },
      databases: { [database.name]: { public: [] } },
    });
    const delta = planDelta(undefined, plan);
    const schemas = [{ name: "public", owners: [] }];
    const question = { role: name, schemas, connector: false };
    expect(
      await checked(database, "role-search-path", { ...question, ...(delta && { delta }) }),
    ).toMatchObject({ outcome: "pending" });
    await database.run("GRANT USAGE ON SCHEMA public TO PUBLIC");
  });

  it("fixes it with a schema of any name", async () => {
    for (const name of AWKWARD_NAMES) {
      const schema = quoteIdentifier(name);
      await database.run(
        `CREATE SCHEMA ${schema}; ALTER ROLE ${as.r} IN DATABASE ${as.d} SET search_path = nowhere`,
      );
      const question = { role, schemas: [{ name, owners: [] }] };
      await applyFix(await checked(database, "role-search-path", question), database.session);
      expect(await checked(database, "role-search-path", question)).toMatchObject({
        outcome: "pass",
        message: name,
      });
      expect(await currentSchema(role)).toBe(name);
    }
  });
});
