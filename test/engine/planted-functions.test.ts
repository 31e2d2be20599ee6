import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineProject, engineProject } from "../support/engine";
import { plantedCalls, plantFunctions } from "../support/planted-functions";
import { type Major, type PostgresServer, startPostgres } from "../support/postgres";
import { byTier, EVERYTHING } from "../support/tier";

const ADMINS = ["postgres", "deployer"];
const PASSWORD = "planted-2f81";
/** The plugin locks a role and its members in no certain order: at once they can end in a deadlock of its own. */
const ONE_BY_ONE = { parallel: 1 };

/*
 * What `@pulumi/postgresql` runs as the administrator, on a real engine: docs/upstream tells what is known of it.
 * Every statement of the resources that we use, by a superuser and by an administrator who is none.
 */
describe.each(byTier<readonly Major[]>({ first: [17], all: [13, 17] }))(
  "@pulumi/postgresql on Postgres %i",
  { timeout: 600_000 },
  (major) => {
    let server: PostgresServer;
    const at = { database: "shop" };
    const projects: EngineProject[] = [];

    beforeAll(async () => {
      server = await startPostgres({ major });
      await server.query("CREATE DATABASE shop");
      await server.query(`
      CREATE ROLE app_writer; CREATE ROLE planter; CREATE ROLE auditor;
      CREATE ROLE deployer LOGIN CREATEROLE CREATEDB PASSWORD '${PASSWORD}';
      GRANT app_writer, auditor TO deployer WITH ADMIN OPTION; ALTER DATABASE shop OWNER TO app_writer`);
      await server.query(
        `CREATE SCHEMA app AUTHORIZATION app_writer; GRANT CREATE, USAGE ON SCHEMA public TO planter;
       SET ROLE app_writer;
       CREATE TABLE app.orders (id serial PRIMARY KEY, total numeric);
       CREATE FUNCTION app.total() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
        [],
        at,
      );
      await plantFunctions(server, { ...at, planter: "planter" });
    });
    afterAll(async () => {
      for (const project of projects) await project[Symbol.asyncDispose]();
      await server.stop();
    });

    /** One of each resource, for each administrator. */
    const program = (changed: boolean) => `
const postgresql = require("@pulumi/postgresql");
for (const admin of ${JSON.stringify(ADMINS)}) {
  const provider = new postgresql.Provider(admin, {
    host: ${JSON.stringify(server.host)}, port: ${server.port}, database: "shop", sslmode: "disable",
    superuser: admin === "postgres",
    username: admin, password: config.requireSecret(admin),
  });
  const options = { provider };
  const role = new postgresql.Role(admin + "-role", {
    name: admin + "_reader", login: true, password: config.requireSecret(admin), roles: ["auditor"],
    searchPaths: ["app"], connectionLimit: ${changed ? 3 : 5},
  }, { provider, ignoreChanges: ["password"] });
  const granted = { role: role.name, database: "shop" };
  new postgresql.GrantRole(admin + "-member", { role: role.name, grantRole: "app_writer" }, options);
  new postgresql.Schema(admin + "-schema", {
    name: admin + ${JSON.stringify(changed ? "_new" : "_old")}, database: "shop", owner: "app_writer", dropCascade: true,
  }, options);
  new postgresql.Database(admin + "-database", {
    name: admin + "_database", owner: "app_writer", connectionLimit: ${changed ? 3 : 5},
  }, options);
  new postgresql.DefaultPrivileges(admin + "-future", {
    ...granted, schema: "app", owner: "app_writer", objectType: "table",
    privileges: ${JSON.stringify(changed ? ["SELECT"] : ["SELECT", "INSERT"])},
  }, options);
  new postgresql.DefaultPrivileges(admin + "-everywhere", {
    ...granted, owner: "app_writer", objectType: "sequence", privileges: ["SELECT"],
  }, options);
  const grant = (name, args) => new postgresql.Grant(admin + "-" + name, { ...granted, ...args }, options);
  grant("database", { objectType: "database", privileges: ["CONNECT"] });
  grant("schema", { objectType: "schema", schema: "app", privileges: ["USAGE"] });
  grant("tables", {
    objectType: "table", schema: "app", privileges: ${JSON.stringify(changed ? ["SELECT"] : ["SELECT", "INSERT"])},
  });
  grant("sequences", { objectType: "sequence", schema: "app", privileges: ["SELECT"] });
  grant("functions", { objectType: "function", schema: "app", privileges: ["EXECUTE"] });
  grant("column", {
    objectType: "column", schema: "app", objects: ["orders"], columns: ["total"], privileges: ["UPDATE"],
  });
}
`;

    /** The planted functions that each step of the program's life calls. */
    async function live(env: Record<string, string> = {}): Promise<{ [step: string]: string[] }> {
      const project = await engineProject(program(false), env);
      projects.push(project);
      await project.setConfig({
        postgres: { value: server.admin.password, secret: true },
        deployer: { value: PASSWORD, secret: true },
      });
      const calls: { [step: string]: string[] } = {};
      let seen = (await plantedCalls(server)).length;
      const step = async (name: string, run: () => Promise<unknown>) => {
        await run();
        const all = await plantedCalls(server);
        calls[name] = [...new Set(all.slice(seen))].toSorted();
        seen = all.length;
      };
      await step("create", () => project.stack.up(ONE_BY_ONE));
      await step("refresh", () => project.stack.refresh());
      await project.setProgram(program(true));
      await step("update", () => project.stack.up(ONE_BY_ONE));
      await step("destroy", () => project.stack.destroy(ONE_BY_ONE));
      return calls;
    }

    it("calls no planted functions with the search_path that admin-search-path asks for", async () => {
      // They are called where nothing guards against them: the test would see it.
      await server.query("SELECT array_agg('a'::text)", [], at);
      expect(await plantedCalls(server)).toContain("postgres: array_agg(text)");

      for (const admin of ADMINS)
        await server.query(`ALTER ROLE ${admin} IN DATABASE shop SET search_path = pg_catalog, pg_temp`);
      expect(await live()).toEqual({ create: [], refresh: [], update: [], destroy: [] });
      for (const admin of ADMINS)
        await server.query(`ALTER ROLE ${admin} IN DATABASE shop RESET search_path`);
    });

    it.runIf(EVERYTHING)(
      "calls no planted functions with PGOPTIONS in the environment of pulumi",
      async () => {
        const calls = await live({ PGOPTIONS: "-c search_path=pg_catalog,pg_temp" });
        expect(calls).toEqual({ create: [], refresh: [], update: [], destroy: [] });
      },
    );

    it.runIf(EVERYTHING)("runs planted functions as the administrator otherwise", async () => {
      const by = (...called: string[]) =>
        ADMINS.flatMap((admin) => called.map((call) => `${admin}: ${call}`)).toSorted();
      const read = ["array_agg(text)", "array_remove(text[], text)", "oid = integer"];
      const member = "information_schema.sql_identifier = information_schema.sql_identifier";
      expect(await live()).toEqual({
        create: by(...read, member),
        refresh: by(...read),
        update: expect.arrayContaining(by("array_agg(text)", "array_remove(text[], text)")),
        destroy: by(member),
      });
    });
  },
);
