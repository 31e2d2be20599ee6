import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAccessState } from "../../src/access/read-state";
import type { SchemaState } from "../../src/access/state";
import { quoteIdentifier as q } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { AWKWARD_NAMES } from "../support/awkward-names";
import { MAJORS, type Major } from "../support/postgres";

let db: TestDatabase;
/** The role to check, and the owner of the objects that it reads. */
let role: string;
let owner: string;
/** Each major's tests share one database. */
async function setUp(major: Major) {
  db = await testDatabase("access", major);
  role = db.role('Reader "r" 100% ü');
  owner = db.role("owner; DROP ROLE postgres; --");
  await db.run(`CREATE ROLE ${q(role)} LOGIN; CREATE ROLE ${q(owner)}`);
}

/** What is done to a schema (%s) with a table t and a sequence s of one owner. */
const SITUATIONS: { name: string; since?: number; sql: () => string }[] = [
  { name: "nothing granted", sql: () => "" },
  { name: "USAGE alone", sql: () => `GRANT USAGE ON SCHEMA %s TO ${q(role)}` },
  {
    name: "SELECT on tables and sequences",
    sql: () =>
      `GRANT SELECT ON ALL TABLES IN SCHEMA %s TO ${q(role)}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA %s TO ${q(role)}`,
  },
  {
    name: "PUBLIC",
    sql: () =>
      "GRANT USAGE ON SCHEMA %s TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA %s TO PUBLIC; GRANT SELECT ON ALL SEQUENCES IN SCHEMA %s TO PUBLIC",
  },
  {
    name: "a group, through another group",
    sql: () => {
      const [outer, inner] = [db.role("outer"), db.role("inner")];
      return `CREATE ROLE ${q(outer)}; CREATE ROLE ${q(inner)} IN ROLE ${q(outer)}; GRANT ${q(inner)} TO ${q(role)};
        GRANT USAGE ON SCHEMA %s TO ${q(outer)}; GRANT SELECT ON ALL TABLES IN SCHEMA %s TO ${q(outer)};
        ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA %s GRANT SELECT ON SEQUENCES TO ${q(outer)}`;
    },
  },
  {
    name: "a group that does not inherit",
    sql: () => {
      const [outer, inner] = [db.role("outer_n"), db.role("inner_n")];
      return `CREATE ROLE ${q(outer)}; CREATE ROLE ${q(inner)} NOINHERIT IN ROLE ${q(outer)}; GRANT ${q(inner)} TO ${q(role)};
        GRANT USAGE ON SCHEMA %s TO ${q(outer)}; GRANT SELECT ON ALL TABLES IN SCHEMA %s TO ${q(outer)};
        GRANT SELECT ON ALL SEQUENCES IN SCHEMA %s TO ${q(inner)}`;
    },
  },
  {
    name: "a group that this one membership does not inherit",
    since: 16,
    sql: () => {
      const [off, on] = [db.role("inherit_off"), db.role("inherit_on")];
      return `CREATE ROLE ${q(off)}; CREATE ROLE ${q(on)};
        GRANT ${q(off)} TO ${q(role)} WITH INHERIT FALSE; GRANT ${q(on)} TO ${q(role)} WITH INHERIT TRUE;
        GRANT USAGE ON SCHEMA %s TO ${q(off)}; GRANT SELECT ON ALL TABLES IN SCHEMA %s TO ${q(off)};
        GRANT SELECT ON ALL SEQUENCES IN SCHEMA %s TO ${q(on)}`;
    },
  },
  {
    name: "the role owns it",
    sql: () =>
      `ALTER SCHEMA %s OWNER TO ${q(role)}; ALTER TABLE %s.t OWNER TO ${q(role)}; ALTER SEQUENCE %s.s OWNER TO ${q(role)}`,
  },
  {
    name: "a member of the owner",
    sql: () => {
      const other = db.role("other_owner");
      return `CREATE ROLE ${q(other)} ROLE ${q(role)}; GRANT USAGE ON SCHEMA %s TO ${q(other)};
        ALTER TABLE %s.t OWNER TO ${q(other)}; ALTER SEQUENCE %s.s OWNER TO ${q(other)}`;
    },
  },
  {
    name: "an owner who took its own privileges away",
    sql: () => {
      const other = db.role("humble_owner");
      return `CREATE ROLE ${q(other)} ROLE ${q(role)}; GRANT USAGE, CREATE ON SCHEMA %s TO ${q(other)};
        ALTER TABLE %s.t OWNER TO ${q(other)}; ALTER SEQUENCE %s.s OWNER TO ${q(other)};
        REVOKE ALL ON %s.t FROM ${q(other)}; ALTER DEFAULT PRIVILEGES FOR ROLE ${q(other)} REVOKE ALL ON TABLES FROM ${q(other)}`;
    },
  },
  { name: "columns only", sql: () => `GRANT SELECT (id) ON %s.t TO ${q(role)}` },
  { name: "INSERT only", sql: () => `GRANT INSERT ON %s.t TO ${q(role)}; GRANT USAGE ON %s.s TO ${q(role)}` },
  {
    name: "default privileges in the schema",
    sql: () =>
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA %s GRANT SELECT ON TABLES TO ${q(role)};
       ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA %s GRANT USAGE ON SEQUENCES TO ${q(role)}`,
  },
  {
    name: "default privileges for PUBLIC",
    sql: () =>
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA %s GRANT SELECT ON SEQUENCES TO PUBLIC`,
  },
  {
    name: "default privileges of another role",
    sql: () => {
      const other = db.role("bystander");
      return `CREATE ROLE ${q(other)}; ALTER DEFAULT PRIVILEGES FOR ROLE ${q(other)} IN SCHEMA %s GRANT SELECT ON TABLES TO ${q(role)}`;
    },
  },
  {
    name: "an owner whose objects are open to this role alone",
    sql: () => {
      const other = db.role("generous_owner");
      return `CREATE ROLE ${q(other)}; ALTER TABLE %s.t OWNER TO ${q(other)}; ALTER SEQUENCE %s.s OWNER TO ${q(other)};
        ALTER DEFAULT PRIVILEGES FOR ROLE ${q(other)} REVOKE ALL ON TABLES FROM ${q(other)};
        ALTER DEFAULT PRIVILEGES FOR ROLE ${q(other)} REVOKE ALL ON SEQUENCES FROM ${q(other)};
        ALTER DEFAULT PRIVILEGES FOR ROLE ${q(other)} IN SCHEMA %s GRANT SELECT ON TABLES TO ${q(role)}`;
    },
  },
  {
    name: "default privileges in every schema",
    sql: () => {
      const other = db.role("global_owner");
      return `CREATE ROLE ${q(other)}; GRANT USAGE, CREATE ON SCHEMA %s TO ${q(other)};
        ALTER TABLE %s.t OWNER TO ${q(other)}; ALTER SEQUENCE %s.s OWNER TO ${q(other)};
        ALTER DEFAULT PRIVILEGES FOR ROLE ${q(other)} GRANT SELECT ON TABLES TO ${q(role)}`;
    },
  },
];

describe.each(MAJORS)("on Postgres %i", (major) => {
  beforeAll(() => setUp(major));
  afterAll(() => db?.drop());

  describe("the state of access agrees with Postgres", () => {
    it.each(SITUATIONS.filter(({ since = 13 }) => since <= major))("$name", async ({ name, sql }) => {
      const schema = `s: ${name}`;
      await db.run(`CREATE SCHEMA ${q(schema)}; CREATE TABLE ${q(schema)}.t (id int, x text); CREATE SEQUENCE ${q(schema)}.s;
      GRANT USAGE, CREATE ON SCHEMA ${q(schema)} TO ${q(owner)};
      ALTER TABLE ${q(schema)}.t OWNER TO ${q(owner)}; ALTER SEQUENCE ${q(schema)}.s OWNER TO ${q(owner)}`);
      await db.run(sql().replaceAll("%s", q(schema)) || "SELECT");
      const state = await stateOf(schema);
      expect({ ...state, ...(await postgresSays(state)) }).toEqual(state);
    });

    it("judges a superuser by its grants", async () => {
      const names = SITUATIONS.filter(({ since = 13 }) => since <= major).map(({ name }) => ({
        name: `s: ${name}`,
        owners: [],
      }));
      const narrow = await readAccessState(db.session, role, names);
      await db.run(`ALTER ROLE ${q(role)} SUPERUSER`);
      try {
        const wide = await readAccessState(db.session, role, names);
        expect(wide.role).toEqual({ name: role, login: true, replication: false, superuser: true });
        expect(wide.schemas).toEqual(narrow.schemas);
      } finally {
        await db.run(`ALTER ROLE ${q(role)} NOSUPERUSER`);
      }
    });

    it.each(AWKWARD_NAMES)("for the name %j of schema, table, sequence, owner and role", async (name) => {
      // What makes a role's name unique has to fit into its 63 bytes too.
      const short = [...name].slice(0, 24).join("");
      const [reader, writer] = [db.role(short), db.role(`w${short}`)];
      await db.run(`CREATE ROLE ${q(reader)}; CREATE ROLE ${q(writer)}; CREATE SCHEMA ${q(name)} AUTHORIZATION ${q(writer)};
      CREATE TABLE ${q(name)}.${q(name)} (id int); ALTER TABLE ${q(name)}.${q(name)} OWNER TO ${q(writer)}`);
      const unreadable = { count: 1, unreadable: 1, examples: [name] };
      const { schemas } = await readAccessState(db.session, reader, [{ name, owners: [writer] }]);
      expect(schemas).toMatchObject([
        { name, exists: true, usage: false, tables: unreadable, owners: [{ name: writer, tables: 1 }] },
      ]);
      await db.run(`GRANT SELECT ON ALL TABLES IN SCHEMA ${q(name)} TO ${q(reader)}`);
      const granted = await readAccessState(db.session, reader, [{ name, owners: [] }]);
      expect(granted.schemas[0]?.tables).toEqual({ count: 1, unreadable: 0, examples: [] });
      await db.run(`DROP SCHEMA ${q(name)} CASCADE`);
    });
  });

  describe("the state of access", () => {
    it.skipIf(major < 14)("lets pg_read_all_data read everything, present and future", async () => {
      const member = db.role("all_reader");
      await db.run(`CREATE ROLE ${q(member)} IN ROLE pg_read_all_data`);
      const { schemas } = await readAccessState(db.session, member, [
        { name: "s: nothing granted", owners: [] },
      ]);
      expect(schemas).toMatchObject([
        {
          usage: true,
          tables: { unreadable: 0 },
          sequences: { unreadable: 0 },
          owners: [{ defaultTables: true, defaultSequences: true }],
        },
      ]);
    });

    it("of a role that does not exist is what PUBLIC has", async () => {
      const state = await readAccessState(db.session, "nobody at all", [
        { name: "s: nothing granted", owners: [] },
        { name: "s: PUBLIC", owners: [] },
      ]);
      expect(state.role).toBeUndefined();
      expect(state.database).toEqual({ name: db.name, connect: true, create: false });
      expect(state.schemas.map(({ usage, tables }) => [usage, tables.unreadable])).toEqual([
        [true, 0],
        [false, 1],
      ]);
    });

    it("names schemas and owners that do not exist", async () => {
      const none = { count: 0, unreadable: 0, examples: [] };
      const state = await readAccessState(db.session, role, [
        { name: "no such schema", owners: [owner] },
        { name: "s: nothing granted", owners: ["no such owner"] },
      ]);
      expect(state.schemas).toMatchObject([
        { name: "no such schema", exists: false, usage: false, tables: none, sequences: none, owners: [] },
        {
          name: "s: nothing granted",
          owners: [
            { name: "no such owner", exists: false, tables: 0, sequences: 0, defaultTables: false },
            { name: owner, exists: true, tables: 1, sequences: 1, defaultTables: false },
          ],
        },
      ]);
    });

    it("reads every schema but the system's, pgstream and an extension's when none is named", async () => {
      await db.run("CREATE SCHEMA pgstream; CREATE SCHEMA ext; CREATE EXTENSION pg_trgm SCHEMA ext");
      const names = (await readAccessState(db.session, role, undefined)).schemas.map(({ name }) => name);
      expect(names).toContain("public");
      expect(names).toContain("s: PUBLIC");
      expect(names.filter((name) => /^pg|^information_schema$/.test(name))).toEqual([]);
    });

    it("counts ordinary and partitioned tables, but no views and no unlogged tables", async () => {
      await db.run(`CREATE SCHEMA kinds; CREATE TABLE kinds.parted (id int) PARTITION BY LIST (id);
      CREATE TABLE kinds.part PARTITION OF kinds.parted FOR VALUES IN (1); CREATE UNLOGGED TABLE kinds.fast (id int);
      CREATE VIEW kinds.v AS SELECT 1; CREATE TABLE kinds.numbered (id int GENERATED ALWAYS AS IDENTITY);
      GRANT SELECT ON kinds.parted TO ${q(role)}`);
      const [state] = (await readAccessState(db.session, role, [{ name: "kinds", owners: [] }])).schemas;
      expect(state?.tables).toEqual({ count: 3, unreadable: 2, examples: ["numbered", "part"] });
      expect(state?.sequences).toEqual({ count: 1, unreadable: 1, examples: ["numbered_id_seq"] });
      await db.run(
        `GRANT SELECT ON ALL TABLES IN SCHEMA kinds TO ${q(role)}; REVOKE SELECT ON kinds.parted FROM ${q(role)}`,
      );
      const [later] = (await readAccessState(db.session, role, [{ name: "kinds", owners: [] }])).schemas;
      expect(later?.tables).toEqual({ count: 3, unreadable: 1, examples: ["parted"], onlyPartitioned: true });
    });

    it("names the first five", async () => {
      await db.run(
        `CREATE SCHEMA many; ${[7, 3, 5, 1, 2, 6, 4].map((n) => `CREATE TABLE many.t${n} ()`).join(";")}`,
      );
      const [state] = (await readAccessState(db.session, role, [{ name: "many", owners: [] }])).schemas;
      expect(state?.tables).toEqual({ count: 7, unreadable: 7, examples: ["t1", "t2", "t3", "t4", "t5"] });
    });

    it("is the same when it is read by the role itself", async () => {
      const [plain, password] = [db.role("powerless"), "x"];
      await db.run(`CREATE ROLE ${q(plain)} LOGIN PASSWORD '${password}'`);
      const own = await readAccessState(await db.sessionAs(plain, password), plain, undefined);
      expect(own).toEqual(await readAccessState(db.session, plain, undefined));
      expect(own.schemas.length).toBeGreaterThan(0);
    });

    it("follows CONNECT and CREATE on the database", async () => {
      await db.run(
        `REVOKE CONNECT ON DATABASE ${q(db.name)} FROM PUBLIC; GRANT CREATE ON DATABASE ${q(db.name)} TO ${q(role)}`,
      );
      const { database } = await readAccessState(db.session, role, []);
      expect(database).toEqual({ name: db.name, connect: false, create: true });
      await db.run(`GRANT CONNECT ON DATABASE ${q(db.name)} TO PUBLIC`);
    });

    it.skipIf(major < 15)("lets the database's owner use schema public", async () => {
      const boss = db.role("boss");
      await db.run(
        `CREATE ROLE ${q(boss)}; ALTER DATABASE ${q(db.name)} OWNER TO ${q(boss)}; REVOKE USAGE ON SCHEMA public FROM PUBLIC`,
      );
      const of = async (name: string) =>
        (await readAccessState(db.session, name, [{ name: "public", owners: [] }])).schemas[0]?.usage;
      expect([await of(boss), await of(role)]).toEqual([true, false]);
      await db.run(`ALTER DATABASE ${q(db.name)} OWNER TO postgres; GRANT USAGE ON SCHEMA public TO PUBLIC`);
    });
  });
});

async function stateOf(schema: string): Promise<SchemaState> {
  const [state] = (await readAccessState(db.session, role, [{ name: schema, owners: [] }])).schemas;
  if (state === undefined) throw new Error("the schema was not read");
  return state;
}

/** The result of Postgres' own functions for a role that is not a superuser, and for objects that the owners then create. */
async function postgresSays(state: SchemaState): Promise<Partial<SchemaState>> {
  const [usage] = await db.session.query<{ usage: boolean }>(
    "SELECT has_schema_privilege($1, $2, 'USAGE') AS usage",
    [role, state.name],
  );
  const owners = [];
  for (const each of state.owners) {
    await db.run(`BEGIN; GRANT USAGE, CREATE ON SCHEMA ${q(state.name)} TO ${q(each.name)}; SET LOCAL ROLE ${q(each.name)};
      CREATE TABLE ${q(state.name)}.later (); CREATE SEQUENCE ${q(state.name)}.later_s`);
    const [later] = await db.session.query<{ tables: boolean; sequences: boolean }>(
      `SELECT has_table_privilege($1, $2, 'SELECT') AS tables, has_table_privilege($1, $3, 'SELECT') AS sequences`,
      [role, `${q(state.name)}.later`, `${q(state.name)}.later_s`],
    );
    await db.run("ROLLBACK");
    owners.push({
      ...each,
      defaultTables: later?.tables ?? false,
      defaultSequences: later?.sequences ?? false,
    });
  }
  return {
    usage: usage?.usage ?? false,
    tables: await unreadable(state.name, "r"),
    sequences: await unreadable(state.name, "S"),
    owners,
  };
}

async function unreadable(schema: string, kind: string) {
  const objects = await db.session.query<{ name: string; readable: boolean }>(
    `SELECT relname::text AS name, has_table_privilege($1, oid, 'SELECT') AS readable
     FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2) AND relkind = $3`,
    [role, schema, kind],
  );
  const examples = objects.filter(({ readable }) => !readable).map(({ name }) => name);
  return { count: objects.length, unreadable: examples.length, examples };
}
