import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { planWithOwners } from "../../../src/preflight/plan-with-owners";
import { AWKWARD_NAMES } from "../../support/awkward-names";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { requestFor } from "../request-for";
import { asked, noAccess } from "../sample-facts";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("default-privileges-creators", { byVersion: true }, (major) => {
  let database: TestDatabase;
  let role: string;
  let migrator: string;
  let idle: string;
  let writer: string;
  beforeAll(async () => {
    database = await testDatabase("creators", major);
    role = database.role("Repl x");
    migrator = database.role('The "Migrator" %s');
    idle = database.role("idle");
    writer = database.role("writer");
    const superuser = database.role("super");
    const [r, m, i, w, s] = [role, migrator, idle, writer, superuser].map(quoteIdentifier);
    await database.run(`
      CREATE ROLE ${r}; CREATE ROLE ${m}; CREATE ROLE ${i}; CREATE ROLE ${w}; CREATE ROLE ${s} SUPERUSER;
      CREATE SCHEMA app; CREATE SCHEMA billing; CREATE SCHEMA open; CREATE SCHEMA elsewhere; CREATE SCHEMA pgstream;
      CREATE SCHEMA theirs AUTHORIZATION ${m};
      GRANT CREATE ON SCHEMA app TO ${m}, ${i}, ${w}, ${s}, ${r}; GRANT USAGE, CREATE ON SCHEMA billing TO ${m};
      GRANT CREATE ON SCHEMA open TO PUBLIC;
      CREATE TABLE elsewhere.runs (); ALTER TABLE elsewhere.runs OWNER TO ${m};
      CREATE TABLE elsewhere.more (); ALTER TABLE elsewhere.more OWNER TO ${m};
      CREATE TABLE elsewhere.of_super (); ALTER TABLE elsewhere.of_super OWNER TO ${s};
      CREATE TABLE elsewhere.of_role (); ALTER TABLE elsewhere.of_role OWNER TO ${r};
      CREATE TABLE elsewhere.of_writer (); ALTER TABLE elsewhere.of_writer OWNER TO ${w};
      CREATE TABLE app.orders (); ALTER TABLE app.orders OWNER TO ${w};
      CREATE TABLE pgstream.log (); ALTER TABLE pgstream.log OWNER TO ${i};
      CREATE TABLE app.of_nobody (); ALTER TABLE app.of_nobody OWNER TO ${r};
    `);
  });
  afterAll(() => database.drop());

  const schemas = (...names: readonly string[]) => names.map((name) => ({ name, owners: [] as string[] }));
  const judge = (question: Parameters<typeof checked>[2]) =>
    checked(database, "default-privileges-creators", { role, ...question });

  it("warns of roles that can create here and own nothing here, except superusers and the role", async () => {
    expect(await judge({ schemas: schemas("app", "billing") })).toMatchObject({
      outcome: "warn",
      message: `2 owners may create tables that ${role} will not be able to read`,
      findings: [
        {
          object: `owner ${migrator}`,
          current: "has CREATE, owns 2 tables in other schemas",
          needed: "default SELECT on tables and sequences in app, billing",
        },
        {
          object: `owner ${idle}`,
          current: "has CREATE, owns no table yet",
          needed: "default SELECT on tables and sequences in app",
        },
      ],
      findingCount: 2,
    });
  });

  it("warns of a group that can create and of its members, unless they are ignored", async () => {
    const [group, inner, member, other] = ["group", "inner", "member", "other"].map((name) =>
      database.role(name),
    );
    const [g = "", i = "", m = "", o = ""] = [group, inner, member, other].map((name) =>
      quoteIdentifier(name ?? ""),
    );
    await database.run(`
      CREATE ROLE ${g}; CREATE ROLE ${i} IN ROLE ${g}; CREATE ROLE ${m} LOGIN IN ROLE ${i};
      CREATE ROLE ${o} LOGIN NOINHERIT;
      CREATE SCHEMA grouped; GRANT CREATE ON SCHEMA grouped TO ${g}`);
    await database.run(`GRANT ${g} TO ${o}${major < 16 ? "" : " WITH INHERIT FALSE"}`);
    const question = { schemas: schemas("grouped") };
    const result = await judge(question);
    expect(result.outcome).toBe("warn");
    expect(result.findings.map(({ object, current }) => [object, current])).toEqual(
      [
        [`owner ${group}`, "has CREATE, owns no table yet"],
        [`owner ${inner}`, `has CREATE as a member of ${group}, owns no table yet`],
        [`owner ${member}`, `has CREATE as a member of ${group}, owns no table yet`],
      ].toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    );
    const ignoreOwners = [group, inner, member].map((name) => name ?? "");
    expect(await judge({ ...question, ignoreOwners })).toMatchObject({ outcome: "pass" });
    await applyFix(result, database.session);
    expect(await judge(question)).toMatchObject({ outcome: "pass" });
  });

  it("leaves owners of tables to default-privileges", async () => {
    const { findings } = await checked(database, "default-privileges", { role, schemas: schemas("app") });
    expect(findings.map(({ object }) => object)).toEqual([`owner ${writer}`]);
  });

  it("mentions CREATE for PUBLIC, but does not judge it", async () => {
    expect(await judge({ schemas: schemas("open") })).toMatchObject({
      outcome: "pass",
      message: "every role may create tables in open",
    });
  });

  it("warns of the schema's owner, with or without an ACL of the schema", async () => {
    const question = { schemas: schemas("theirs") };
    expect(await judge(question)).toMatchObject({
      outcome: "warn",
      findings: [{ object: `owner ${migrator}` }],
    });
    await database.run(`GRANT USAGE ON SCHEMA theirs TO ${quoteIdentifier(role)}`);
    expect(await judge(question)).toMatchObject({
      outcome: "warn",
      findings: [{ object: `owner ${migrator}` }],
    });
    await database.run(`REVOKE CREATE ON SCHEMA theirs FROM ${quoteIdentifier(migrator)}`);
    expect(await judge(question)).toMatchObject({ outcome: "pass" });
  });

  it("passes for ignored roles, and leaves named owners to default-privileges", async () => {
    expect(await judge({ schemas: schemas("app"), ignoreOwners: [migrator, idle] })).toMatchObject({
      outcome: "pass",
    });
    const named = { schemas: [{ name: "app", owners: [migrator] }], ignoreOwners: [writer, idle] };
    expect(await judge(named)).toMatchObject({ outcome: "pass" });
    const { findings } = await checked(database, "default-privileges", { role, ...named });
    expect(findings.map(({ object }) => object)).toEqual([`owner ${migrator}`]);
  });

  it("passes after the fix, and the creator's new tables can be read", async () => {
    const question = { schemas: schemas("app", "billing") };
    await applyFix(await judge(question), database.session);
    expect(await judge(question)).toMatchObject({ outcome: "pass" });
    await database.run(
      `SET ROLE ${quoteIdentifier(migrator)}; CREATE TABLE billing.later (id serial); RESET ROLE`,
    );
    for (const id of ["read-tables", "read-sequences"])
      expect(await checked(database, id, { role, schemas: schemas("billing") })).toMatchObject({
        outcome: "pass",
      });
  });
});

describeCheck("default-privileges-creators", { byVersion: true }, (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
  });
  afterAll(() => database.drop());

  it("accepts schemas with any name, and fixes them", async () => {
    const role = database.role("reader");
    const creator = database.role("creator");
    await database.run(`
      CREATE ROLE ${role}; CREATE ROLE ${creator};
      CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.t (); ALTER TABLE elsewhere.t OWNER TO ${creator}`);
    for (const name of AWKWARD_NAMES)
      await database.run(`
        CREATE SCHEMA ${quoteIdentifier(name)}; GRANT CREATE ON SCHEMA ${quoteIdentifier(name)} TO ${creator}`);
    const question = { role, schemas: AWKWARD_NAMES.map((name) => ({ name, owners: [] })) };
    const result = await checked(database, "default-privileges-creators", question);
    expect(result.fix?.sql).toHaveLength(2 * AWKWARD_NAMES.length);
    await applyFix(result, database.session);
    expect(await checked(database, "default-privileges-creators", question)).toMatchObject({
      outcome: "pass",
    });
  });

  it("leaves ignored roles out of the grant script too, unless they are named", () => {
    const plan = (ignoreOwners: readonly string[], owners: readonly string[]) =>
      planWithOwners(requestFor({ ...asked, schemas: [{ name: "public", owners }], ignoreOwners }), noAccess)
        .databases[0]?.schemas;
    expect(plan([], [])).toEqual([{ name: "public", owners: ["app"] }]);
    expect(plan(["app"], [])).toEqual([{ name: "public", owners: [] }]);
    expect(plan(["app"], ["app"])).toEqual([{ name: "public", owners: ["app"] }]);
  });
});
