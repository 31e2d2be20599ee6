import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { readAdminRights } from "../../../src/preflight/facts/admin-rights";
import { MAJORS } from "../../support/postgres";
import { type TestDatabase, testDatabase } from "../test-database";

describe.each(MAJORS)("what the admin can grant on Postgres %i", (major) => {
  let database: TestDatabase;
  let admin: string;
  let writer: string;
  let stranger: string;

  beforeAll(async () => {
    database = await testDatabase("rights", major);
    admin = database.role("Deploy er");
    writer = database.role("writer");
    stranger = database.role("stranger");
    const [a, w, s] = [admin, writer, stranger].map(quoteIdentifier);
    await database.run(`
      CREATE ROLE ${a} LOGIN CREATEROLE PASSWORD 'x'; CREATE ROLE ${w}; CREATE ROLE ${s};
      GRANT ${w} TO ${a};
      ALTER DATABASE ${quoteIdentifier(database.name)} OWNER TO ${s};
      CREATE SCHEMA mine AUTHORIZATION ${a};
      CREATE SCHEMA theirs AUTHORIZATION ${s}; GRANT USAGE ON SCHEMA theirs TO ${a};
      CREATE TABLE mine.a (id int); ALTER TABLE mine.a OWNER TO ${w};
      CREATE TABLE theirs.b (id serial); ALTER TABLE theirs.b OWNER TO ${s};
      CREATE TABLE theirs.c (id int); ALTER TABLE theirs.c OWNER TO ${s};
      GRANT SELECT ON theirs.c TO ${a} WITH GRANT OPTION;
      CREATE VIEW theirs.hidden AS SELECT 1 AS id;
      CREATE VIEW theirs.shown AS SELECT 1 AS id; GRANT SELECT ON theirs.shown TO PUBLIC;
    `);
  });
  afterAll(() => database.drop());

  const schemas = () => [
    { name: "mine", owners: [writer] },
    { name: "theirs", owners: [stranger, writer, "nobody"] },
    { name: "nowhere", owners: [] },
  ];

  it("is what the admin owns, is a member of, or has the grant option for", async () => {
    expect(await readAdminRights(await database.sessionAs(admin, "x"), schemas())).toEqual({
      user: admin,
      superuser: false,
      createRole: true,
      replication: false,
      grantsDatabase: false,
      databaseOwner: stranger,
      schemas: [
        {
          name: "mine",
          owner: admin,
          grantsUsage: true,
          ungrantable: 0,
          examples: [],
          ungrantableOwners: [],
        },
        {
          name: "theirs",
          owner: stranger,
          grantsUsage: false,
          ungrantable: 3,
          examples: ["b", "b_id_seq", "hidden"],
          ungrantableOwners: ["postgres", stranger],
        },
      ],
      owners: [
        { name: stranger, altersDefaults: false },
        { name: writer, altersDefaults: true },
      ],
      superuserOwners: ["postgres"],
    });
  });

  it("agrees with what Postgres allows", async () => {
    const session = await database.sessionAs(admin, "x");
    const tries = async (sql: string) =>
      session.query(sql).then(
        () => "allowed",
        () => "refused",
      );
    expect(
      await tries(
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(writer)} IN SCHEMA mine GRANT SELECT ON TABLES TO pg_monitor`,
      ),
    ).toBe("allowed");
    expect(
      await tries(
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(stranger)} IN SCHEMA theirs GRANT SELECT ON TABLES TO pg_monitor`,
      ),
    ).toBe("refused");
    expect(await tries("GRANT SELECT ON ALL TABLES IN SCHEMA mine TO pg_monitor")).toBe("allowed");
    expect(await tries("GRANT SELECT ON theirs.c TO pg_monitor")).toBe("allowed");
    expect(await tries("GRANT SELECT ON theirs.hidden TO pg_monitor")).toBe("refused");
    // Only a warning: PUBLIC's SELECT is a privilege too.
    expect(await tries("GRANT SELECT ON theirs.shown TO pg_monitor")).toBe("allowed");
  });

  it("is everything for a superuser", async () => {
    const rights = await readAdminRights(database.session, schemas());
    expect(rights).toMatchObject({ superuser: true, grantsDatabase: true });
    expect(rights.schemas.map(({ grantsUsage, ungrantable }) => [grantsUsage, ungrantable])).toEqual([
      [true, 0],
      [true, 0],
    ]);
    expect(rights.owners.every(({ altersDefaults }) => altersDefaults)).toBe(true);
  });

  it("is what Postgres allows a non-inheriting member, which differs by version", async () => {
    const member = database.role("noinherit");
    await database.run(
      `CREATE ROLE ${quoteIdentifier(member)} LOGIN NOINHERIT PASSWORD 'x'; GRANT ${quoteIdentifier(writer)} TO ${quoteIdentifier(member)}`,
    );
    const session = await database.sessionAs(member, "x");
    const [owner] = (await readAdminRights(session, [{ name: "mine", owners: [writer] }])).owners;
    const allowed = await session
      .query(
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(writer)} IN SCHEMA mine GRANT SELECT ON TABLES TO pg_monitor`,
      )
      .then(
        () => true,
        () => false,
      );
    expect(owner).toEqual({ name: writer, altersDefaults: allowed });
  });

  it("names the owner of the database where a schema belongs to pg_database_owner", async () => {
    await database.run(
      "DO $$ BEGIN ALTER SCHEMA public OWNER TO pg_database_owner; EXCEPTION WHEN undefined_object THEN END $$",
    );
    const { schemas } = await readAdminRights(database.session, [{ name: "public", owners: [] }]);
    expect(schemas[0]?.owner).toBe(major >= 15 ? stranger : "postgres");
  });
});
