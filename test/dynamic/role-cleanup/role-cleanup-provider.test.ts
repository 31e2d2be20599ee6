import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Properties } from "../../../src/dynamic/provider";
import { createRoleCleanupProvider } from "../../../src/dynamic/role-cleanup/role-cleanup-provider";
import { UserError } from "../../../src/errors";
import { quoteIdentifier as q } from "../../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../../preflight/test-database";
import { uniqueName } from "../../support/postgres";

/** A schema, an owner and a role whose names need quotes. */
const SCHEMA = 'Ap"p; --';

let database: TestDatabase;
let owner: string;
let role: string;
let printed: string[];
const provider = createRoleCleanupProvider((text) => printed.push(text));

beforeAll(async () => {
  database = await testDatabase("cleanup");
  owner = database.role('own"er');
  await database.run(`CREATE ROLE ${q(owner)}; CREATE SCHEMA ${q(SCHEMA)} AUTHORIZATION ${q(owner)};
    CREATE SCHEMA other; CREATE TABLE other.kept (id int)`);
});
afterAll(() => database.drop());
beforeEach(async () => {
  printed = [];
  role = database.role('Re"pl ü');
  await database.run(`CREATE ROLE ${q(role)}`);
});
afterEach(async () => {
  const roles = await database.session.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
  if (roles.length > 0) await database.run(`DROP OWNED BY ${q(role)}`);
});

function properties(changed: Record<string, unknown> = {}): Properties {
  const { host, port, user, password } = database.login();
  return {
    source: { host, port, database: database.name },
    admin: { user, password },
    role: { name: role },
    schemas: ["gone", SCHEMA],
    ...changed,
  };
}
const remove = (changed?: Record<string, unknown>) => provider.delete("id", properties(changed), undefined);
const dropRole = () => database.session.query(`DROP ROLE ${q(role)}`);
/** What stands indented under "what fixes it", comments left out. */
const fixing = () =>
  printed
    .join("\n")
    .split("\n")
    .filter((line) => /^ {4}[A-Z]/.test(line))
    .map((line) => line.trim());

describe("deleting a RoleCleanup", () => {
  it("lets the role be dropped if a table was created between the revokes", async () => {
    await database.run(`
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(SCHEMA)} GRANT SELECT ON TABLES TO ${q(role)};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(SCHEMA)} GRANT SELECT ON SEQUENCES TO ${q(role)};
      SET ROLE ${q(owner)}; CREATE TABLE ${q(SCHEMA)}."Bo""rn" (id serial); RESET ROLE;
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(SCHEMA)} REVOKE ALL ON TABLES FROM ${q(role)};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(SCHEMA)} REVOKE ALL ON SEQUENCES FROM ${q(role)}`);
    await expect(dropRole()).rejects.toMatchObject({ code: "2BP01" });
    await remove();
    expect(printed).toEqual([]);
    await dropRole();
  });

  it("revokes SELECT only in the declared schemas, and only from this role", async () => {
    const reader = database.role("reader");
    await database.run(`CREATE ROLE ${q(reader)}; CREATE TABLE ${q(SCHEMA)}.shared (id int);
      GRANT SELECT, INSERT ON ${q(SCHEMA)}.shared TO ${q(role)}; GRANT SELECT ON ${q(SCHEMA)}.shared TO ${q(reader)};
      GRANT SELECT ON other.kept TO ${q(role)}`);
    await remove();
    const acl = await database.session.query(
      `SELECT c.relname::text AS name, g.rolname::text AS role, a.privilege_type AS privilege
       FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles g ON g.oid = a.grantee
       WHERE g.rolname = ANY ($1) ORDER BY 1, 3`,
      [[role, reader]],
    );
    expect(acl).toEqual([
      { name: "kept", role, privilege: "SELECT" },
      { name: "shared", role, privilege: "INSERT" },
      { name: "shared", role: reader, privilege: "SELECT" },
    ]);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain(`DROP ROLE ${q(role)} will fail: objects or privileges remain in`);
    expect(printed[0]).toContain("holds privileges on table other.kept");
    await database.run(`DROP TABLE ${q(SCHEMA)}.shared`);
  });

  it("lists what the role owns and has, here and in other databases, with the SQL that fixes it", async () => {
    const elsewhere = await testDatabase("cleanup_other");
    await elsewhere.run(`CREATE TABLE there (id int); ALTER TABLE there OWNER TO ${q(role)}`);
    await database.run(`
      CREATE TABLE other."Ow""ned" (id int); ALTER TABLE other."Ow""ned" OWNER TO ${q(role)};
      CREATE FUNCTION other.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
      GRANT EXECUTE ON FUNCTION other.f(int) TO ${q(role)};
      GRANT UPDATE (id) ON other.kept TO ${q(role)};
      GRANT CREATE ON DATABASE ${q(database.name)} TO ${q(role)};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA other GRANT INSERT ON TABLES TO ${q(role)}`);
    await remove();
    const [report = ""] = printed;
    expect(printed).toHaveLength(1);
    expect(report.split("\n").slice(1, 7)).toEqual([
      '  owns table other."Ow""ned"',
      `  holds privileges on database ${q(database.name).replaceAll('"', "")}`,
      `  holds privileges on default privileges on new relations belonging to role ${owner} in schema other`,
      "  holds privileges on function other.f(integer)",
      "  holds privileges on table other.kept",
      `  in database ${elsewhere.name}: 1 more; list them there`,
    ]);
    const statements = fixing();
    expect(statements).toHaveLength(6);
    await expect(dropRole()).rejects.toMatchObject({ code: "2BP01" });
    for (const statement of statements.slice(0, -1)) await database.run(statement);
    await elsewhere.run(statements.at(-1) ?? "");
    printed = [];
    await remove();
    expect(printed).toEqual([]);
    await dropRole();
    await elsewhere.drop();
  });

  it("names the first five and counts the rest", async () => {
    for (let table = 1; table <= 7; table++)
      await database.run(
        `CREATE TABLE other.t${table} (id int); GRANT SELECT ON other.t${table} TO ${q(role)}`,
      );
    await remove();
    expect(printed[0]).toContain("holds privileges on table other.t5\n  and 2 more\n");
    expect(fixing()).toHaveLength(5);
  });

  it("reports nothing about a role that is managed elsewhere, but revokes its grants", async () => {
    await database.run(`CREATE TABLE ${q(SCHEMA)}.late (id int); GRANT SELECT ON ${q(SCHEMA)}.late TO ${q(role)};
      GRANT SELECT ON other.kept TO ${q(role)}`);
    await remove({ role: { name: role, create: false } });
    expect(printed).toEqual([]);
    const [may] = await database.session.query(
      `SELECT has_table_privilege($1, $2, 'SELECT') AS late, has_table_privilege($1, 'other.kept', 'SELECT') AS kept`,
      [role, `${q(SCHEMA)}.late`],
    );
    expect(may).toEqual({ late: false, kept: true });
  });

  it("prints nothing if the role or the database no longer exists", async () => {
    const { host, port } = database.login();
    await remove({ role: { name: "nobody here" } });
    await remove({ source: { host, port, database: uniqueName("nowhere") } });
    expect(printed).toEqual([]);
  });

  it("continues with what the admin is allowed to do, and prints the server's errors", async () => {
    const admin = database.role("deployer");
    await database.run(`CREATE ROLE ${q(admin)} LOGIN PASSWORD 'x'; CREATE SCHEMA mine AUTHORIZATION ${q(admin)};
      CREATE TABLE mine.a (id int); ALTER TABLE mine.a OWNER TO ${q(admin)}; GRANT SELECT ON mine.a TO ${q(role)};
      CREATE TABLE ${q(SCHEMA)}.closed (id int); GRANT SELECT ON ${q(SCHEMA)}.closed TO ${q(role)}`);
    await remove({ admin: { user: admin, password: "x" }, schemas: [SCHEMA, "mine"] });
    expect(printed[0]).toContain(`the server rejected REVOKE SELECT ON ALL TABLES IN SCHEMA ${q(SCHEMA)}`);
    expect(printed[0]).toContain(`holds privileges on table ${q(SCHEMA)}.closed`);
    expect(printed[0]).not.toContain("mine.a");
    await database.run(`DROP TABLE ${q(SCHEMA)}.closed; DROP SCHEMA mine CASCADE`);
  });

  it("fails when the source cannot be reached, and shows the fix, without the password", async () => {
    const source = { host: "127.0.0.1", port: 1, database: database.name };
    const error = await remove({ source, admin: { user: "postgres", password: "canary" } }).catch((e) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain("127.0.0.1:1: nothing accepts connections there");
    expect(error.message).toContain("pulumi state delete");
    expect(`${error.message}${error.stack}`).not.toContain("canary");
    await expect(remove({ admin: { user: "postgres", password: "wrong" } })).rejects.toThrow(
      "password authentication failed for role",
    );
  });
});

describe("a role with another name", () => {
  const rename = (before: boolean, now: boolean) => {
    const to = database.role('Re"pl 2');
    const olds = properties({ role: { name: role, replaced: before } });
    const news = properties({ role: { name: to, replaced: now } });
    return { to, run: () => provider.update("id", olds, news, undefined) };
  };
  const ownerOfSchema = async () => {
    const [row] = await database.session.query<{ owner: string }>(
      "SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_namespace WHERE nspname = 'pgstream'",
    );
    return row?.owner;
  };
  beforeEach(async () => {
    await database.run(`CREATE SCHEMA pgstream AUTHORIZATION ${q(role)}; CREATE TABLE ${q(SCHEMA)}.t (id int);
      ALTER DEFAULT PRIVILEGES FOR ROLE ${q(owner)} IN SCHEMA ${q(SCHEMA)} GRANT SELECT ON TABLES TO ${q(role)};
      GRANT SELECT ON ${q(SCHEMA)}.t TO ${q(role)}`);
  });
  afterEach(() => database.run(`DROP SCHEMA pgstream; DROP TABLE ${q(SCHEMA)}.t`));

  it("gets what the old one owns, which can then be dropped", async () => {
    const { to, run } = rename(true, true);
    await database.run(`CREATE ROLE ${q(to)}`);
    await run();
    expect(printed).toEqual([]);
    expect(await ownerOfSchema()).toBe(to);
    await dropRole();
    await run();
    expect(printed).toEqual([]);
  });

  it.each([
    ["was made elsewhere", false, true],
    ["is made elsewhere", true, false],
  ])("gets nothing if one of them %s", async (_, before, now) => {
    const { to, run } = rename(before, now);
    await database.run(`CREATE ROLE ${q(to)}`);
    await run();
    expect(await ownerOfSchema()).toBe(role);
    await expect(dropRole()).rejects.toMatchObject({ code: "2BP01" });
  });
});

describe("a RoleCleanup before that", () => {
  it("changes nothing, and records what it will need", async () => {
    const unreachable = properties({ source: { host: "db.invalid", database: "shop" } });
    const { id, outs } = await provider.create(unreachable, undefined);
    expect(id).toBe(`db.invalid:5432/shop/${role}`);
    expect(outs).toEqual(unreachable);
    const changed = { ...unreachable, schemas: ["public"] };
    expect(await provider.diff(id, unreachable, { ...unreachable }, undefined)).toEqual({ changes: false });
    expect(await provider.diff(id, unreachable, changed, undefined)).toEqual({ changes: true });
    expect(await provider.update(id, unreachable, changed, undefined)).toEqual({ outs: changed });
  });

  it("refuses wrong inputs all at once", async () => {
    const wrong = properties({ role: { name: "" }, schemas: [""] });
    const { failures } = await provider.check({}, wrong, undefined);
    expect(failures?.map(({ property }) => property)).toEqual(["role.name", "schemas[0]"]);
  });
});
