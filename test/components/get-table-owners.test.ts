import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTableOwners } from "../../src/components/get-table-owners";
import { quoteIdentifier } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { AWKWARD_NAMES } from "../support/awkward-names";
import { MAJORS } from "../support/postgres";

const PASSWORD = "owners-41d0";

describe.each(MAJORS)("getTableOwners on Postgres %i", (major) => {
  let database: TestDatabase;
  let writer: string;
  let migrator: string;
  let reader: string;
  beforeAll(async () => {
    database = await testDatabase("owners", major);
    writer = database.role('app "writer" %s');
    migrator = database.role("Migrator");
    reader = database.role("reader");
    const [w, m, r] = [writer, migrator, reader].map(quoteIdentifier);
    await database.run(`
      CREATE ROLE ${w}; CREATE ROLE ${m}; CREATE ROLE ${r} LOGIN PASSWORD '${PASSWORD}';
      CREATE SCHEMA app; CREATE SCHEMA billing AUTHORIZATION ${m}; CREATE SCHEMA empty;
      GRANT CREATE ON SCHEMA app TO ${m}; GRANT CREATE ON SCHEMA app TO PUBLIC; GRANT USAGE ON SCHEMA app TO ${r};
      GRANT CREATE ON SCHEMA app TO postgres, pg_read_all_settings;
      CREATE TABLE app.orders (id serial PRIMARY KEY); ALTER TABLE app.orders OWNER TO ${w};
      CREATE TABLE app.log (at date) PARTITION BY RANGE (at); ALTER TABLE app.log OWNER TO ${w};
      CREATE TABLE app.log_1 PARTITION OF app.log DEFAULT; ALTER TABLE app.log_1 OWNER TO ${w};
      CREATE UNLOGGED TABLE app.buffer (); ALTER TABLE app.buffer OWNER TO ${r};
      CREATE TABLE billing.invoices (); ALTER TABLE billing.invoices OWNER TO ${m};
      CREATE TABLE billing.old ();
    `);
  });
  afterAll(() => database.drop());

  it("lists owners and creators in each schema, with counts", async () => {
    expect(await getTableOwners(database.login(), { schemas: ["app", "billing", "empty"] })).toEqual([
      {
        schema: "app",
        owner: migrator,
        tables: 0,
        sequences: 0,
        tablesElsewhere: 1,
        creates: true,
        superuser: false,
      },
      {
        schema: "app",
        owner: writer,
        tables: 3,
        sequences: 1,
        tablesElsewhere: 0,
        creates: false,
        superuser: false,
      },
      {
        schema: "billing",
        owner: migrator,
        tables: 1,
        sequences: 0,
        tablesElsewhere: 0,
        creates: true,
        superuser: false,
      },
      {
        schema: "billing",
        owner: "postgres",
        tables: 1,
        sequences: 0,
        tablesElsewhere: 0,
        creates: false,
        superuser: true,
      },
    ]);
  });

  it("takes a URL, works for every user that can connect, and lists all schemas except system schemas by default", async () => {
    const { host, port } = database.login();
    const url = `postgres://${reader}:${PASSWORD}@${host}:${port}/${database.name}`;
    const owners = await getTableOwners(url);
    expect([...new Set(owners.map(({ schema }) => schema))]).toEqual(["app", "billing"]);
  });

  it("rejects schemas that do not exist, and names all of them", async () => {
    const listed = getTableOwners(database.login(), { schemas: ["nope", "app", "Neither"] });
    await expect(listed).rejects.toThrow(/- Neither: .*\n- nope: /);
    // What the engine prints without a stack.
    await expect(listed).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
    // Of a stack with frames of Pulumi the engine's trace makes half a gigabyte.
    await expect(listed).rejects.toSatisfy((error) => inspect(error, { colors: true }).length < 500);
    await expect(listed).rejects.not.toHaveProperty("cause");
  });

  it("says why the database cannot be read", async () => {
    const login = { ...database.login(reader, "wrong") };
    await expect(getTableOwners(login)).rejects.toThrow("The database cannot be read");
  });
});

describe("getTableOwners", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  it("accepts schemas with any name", async () => {
    for (const name of AWKWARD_NAMES) {
      const schema = quoteIdentifier(name);
      await database.run(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.${schema} ()`);
    }
    const owners = await getTableOwners(database.login(), { schemas: AWKWARD_NAMES });
    expect(owners.map(({ schema }) => schema).sort()).toEqual(AWKWARD_NAMES.toSorted());
    expect(new Set(owners.map(({ tables, owner }) => `${owner} ${tables}`))).toEqual(new Set(["postgres 1"]));
  });
});
