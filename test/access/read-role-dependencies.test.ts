import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRoleDependencies } from "../../src/access/read-role-dependencies";
import { quoteIdentifier as q } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { MAJORS } from "../support/postgres";

describe.each(MAJORS)("what is left of a role on Postgres %i", (major) => {
  let database: TestDatabase;
  let role: string;
  let table: string;
  beforeAll(async () => {
    database = await testDatabase("remains", major);
    role = database.role('Re"pl');
    table = database.role("t");
    await database.run(`CREATE ROLE ${q(role)}; CREATE TABLE ${q(table)} (id int)`);
  });
  afterAll(() => database.drop());

  it("is undefined for a role that does not exist, and empty for a role without grants", async () => {
    expect(await readRoleDependencies(database.session, "nobody here")).toBeUndefined();
    expect(await readRoleDependencies(database.session, role)).toEqual({
      here: { count: 0, owns: false, objects: [] },
      elsewhere: [],
    });
  });

  it("is every object that it owns, has privileges on or is named in, once", async () => {
    await database.run(`CREATE SCHEMA mine AUTHORIZATION ${q(role)};
      GRANT SELECT, UPDATE (id) ON ${q(table)} TO ${q(role)};
      CREATE TABLE guarded (id int); CREATE POLICY "own rows" ON guarded TO ${q(role)} USING (true)`);
    expect(await readRoleDependencies(database.session, role)).toEqual({
      here: {
        count: 3,
        owns: true,
        objects: [
          { how: "owned", description: "schema mine", type: "schema", name: ["mine"] },
          { how: "granted", description: `table ${table}`, type: "table", name: ["public", table] },
          {
            how: "named",
            description: "policy own rows on table guarded",
            type: "policy",
          },
        ],
      },
      elsewhere: [],
    });
  });

  it("is empty for the bootstrap superuser, whose own objects cannot be dropped", async () => {
    expect(await readRoleDependencies(database.session, "postgres")).toEqual({
      here: { count: 0, owns: false, objects: [] },
      elsewhere: [],
    });
  });
});
