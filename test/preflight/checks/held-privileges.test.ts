import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan, grantsOf } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { grantStatement } from "../../../src/access/sql";
import { quoteIdentifier as q } from "../../../src/postgres/identifiers";
import { applyFix, checked, type Question } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("held-privileges", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role('Report"ing');
    await database.run(`CREATE ROLE ${q(role)};
      CREATE SCHEMA app; CREATE SCHEMA wide;
      CREATE TABLE app.orders (id int, price int); CREATE TABLE app.items (id int); CREATE TABLE app.other (id int)`);
    for (let table = 1; table <= 7; table++) await database.run(`CREATE TABLE wide.t${table} (id int)`);
  });
  afterAll(() => database.drop());

  const plan = (name: string) =>
    accessPlan({
      role: { name, create: false, superuser: false },
      databases: { [database.name]: { app: ["postgres"], wide: [] } },
    });
  const judge = (question: Question = {}, name = role) => {
    const delta = planDelta(undefined, plan(name));
    return checked(database, "held-privileges", { role: name, ...(delta && { delta }), ...question });
  };

  it("is skipped if nothing is granted", async () => {
    expect(await judge({ delta: undefined })).toMatchObject({
      outcome: "skipped",
      message: "applies to deployments only",
    });
  });

  it("passes for a role that does not exist yet, and for one of an interrupted deployment", async () => {
    expect((await judge({}, "nobody yet")).outcome).toBe("pass");
    for (const grant of grantsOf(plan(role)).slice(0, 5)) await database.run(grantStatement(grant, role));
    expect((await judge()).outcome).toBe("pass");
  });

  it("names what the grants would revoke, and passes when a group role has it", async () => {
    await database.run(`
      GRANT SELECT, INSERT, UPDATE ON app.orders, app.items TO ${q(role)};
      GRANT UPDATE (id) ON app.other TO ${q(role)} WITH GRANT OPTION;
      GRANT INSERT ON ALL TABLES IN SCHEMA wide TO ${q(role)};
      GRANT CREATE ON SCHEMA app TO ${q(role)};
      ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO ${q(role)}`);
    const result = await judge();
    const group = `${role}_rights`;
    expect(result.outcome).toBe("fail");
    expect(result.findings).toEqual([
      { object: "schema app", current: "CREATE", needed: "only USAGE, as granted here" },
      {
        object: "default privileges of postgres on tables in app",
        current: "INSERT",
        needed: "only SELECT, as granted here",
      },
      {
        object: "app.items, app.orders",
        current: "INSERT, UPDATE",
        needed: "only SELECT, as granted here",
      },
      {
        object: "app.other",
        current: "UPDATE (id) with grant option",
        needed: "only SELECT, as granted here",
      },
      {
        object: "wide.t1, wide.t2, wide.t3, wide.t4, wide.t5 and 2 more",
        current: "INSERT",
        needed: "only SELECT, as granted here",
      },
    ]);
    expect(result.fix?.sql).toEqual([
      `CREATE ROLE ${q(group)} NOLOGIN;`,
      `GRANT CREATE ON SCHEMA "app" TO ${q(group)};`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "app" GRANT INSERT ON TABLES TO ${q(group)};`,
      `GRANT INSERT, UPDATE ON TABLE "app"."items", "app"."orders" TO ${q(group)};`,
      `GRANT UPDATE ("id") ON TABLE "app"."other" TO ${q(group)} WITH GRANT OPTION;`,
      `GRANT INSERT ON ALL TABLES IN SCHEMA "wide" TO ${q(group)};`,
      `GRANT ${q(group)} TO ${q(role)};`,
    ]);
    expect(result.fix?.choice).toBe("The group role is one of these three ways.");
    await applyFix(result, database.session);
    expect((await judge()).outcome).toBe("pass");
    await database.run(`DROP OWNED BY ${q(group)}; DROP ROLE ${q(group)}`);
  });

  it("names what would be revoked on the database, on sequences and by default, and passes after the fix", async () => {
    const other = database.role("other");
    await database.run(`
      CREATE ROLE ${q(other)}; CREATE SEQUENCE app.numbers; CREATE SEQUENCE app.more;
      GRANT TEMPORARY ON DATABASE ${q(database.name)} TO ${q(other)} WITH GRANT OPTION;
      GRANT UPDATE ON SEQUENCE app.numbers TO ${q(other)};
      ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT UPDATE ON SEQUENCES TO ${q(other)} WITH GRANT OPTION`);
    const result = await judge({}, other);
    const group = q(`${other}_rights`);
    expect(result.fix?.sql).toEqual([
      `CREATE ROLE ${group} NOLOGIN;`,
      `GRANT TEMPORARY ON DATABASE ${q(database.name)} TO ${group} WITH GRANT OPTION;`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "app" GRANT UPDATE ON SEQUENCES TO ${group} WITH GRANT OPTION;`,
      `GRANT UPDATE ON SEQUENCE "app"."numbers" TO ${group};`,
      `GRANT ${group} TO ${q(other)};`,
    ]);
    await applyFix(result, database.session);
    expect((await judge({}, other)).outcome).toBe("pass");
    await database.run(`DROP OWNED BY ${group}; DROP ROLE ${group}`);
  });

  it("proposes a group whose name is not truncated to the role's own", async () => {
    const long = "ü".repeat(31);
    await database.run(`CREATE ROLE ${q(long)}; GRANT CREATE ON SCHEMA wide TO ${q(long)}`);
    const result = await judge({}, long);
    expect(result.fix?.sql[0]).toBe(`CREATE ROLE "${"ü".repeat(28)}_rights" NOLOGIN;`);
    await database.run(`DROP OWNED BY ${q(long)}; DROP ROLE ${q(long)}`);
  });
});
