import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ArdentClient } from "../../src/ardent/client";
import { createBranchProvider } from "../../src/dynamic/branch/branch-provider";
import { createConnectorProvider } from "../../src/dynamic/connector/connector-provider";
import { preflightProvider } from "../../src/dynamic/preflight/preflight-provider";
import type { StackConfig } from "../../src/dynamic/provider";
import { createReplicationProvider } from "../../src/dynamic/replication/replication-provider";
import { createRoleCleanupProvider } from "../../src/dynamic/role-cleanup/role-cleanup-provider";
import type { ProviderContext } from "../../src/dynamic/runtime/provider-context";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import type { PreflightReport } from "../../src/preflight/report";
import { commandLine } from "../cli/command-line";
import { MAJORS, type Major, type PostgresServer, startPostgres } from "../support/postgres";
import { byTier } from "../support/tier";
import { calledNames, PLANTED, plantOverloads } from "./plant-overloads";

const PASSWORD = "planted-3f9a";
const ROLES = { superuser: "postgres", "plain role": "viewer" } as const;

/** A database with what replication meets: an owner, a table without a key, a role that lacks grants. */
const CONTENT = `
  GRANT CREATE ON SCHEMA public TO mallory, app;
  SET ROLE app;
  CREATE TABLE orders (id serial PRIMARY KEY, total numeric);
  CREATE TABLE events (at timestamptz, what text);
  INSERT INTO orders (total) SELECT generate_series(1, 10)`;

describe.each(byTier<readonly Major[]>({ first: [18], all: MAJORS }))(
  "functions and operators planted in public, on Postgres %i",
  (major) => {
    let server: PostgresServer;
    let emulator: Emulator;
    vi.spyOn(console, "log").mockImplementation(() => {});

    beforeAll(async () => {
      server = await startPostgres({ major, settings: { log_statement: "all" } });
      emulator = await startEmulator();
      await server.query(`
      CREATE ROLE ardent LOGIN SUPERUSER REPLICATION PASSWORD '${PASSWORD}';
      CREATE ROLE viewer LOGIN PASSWORD '${PASSWORD}';
      CREATE ROLE app; CREATE ROLE mallory;`);
      for (const database of ["clean", "planted"]) {
        await server.query(`CREATE DATABASE ${database}`);
        await server.query(CONTENT, [], { database });
      }
    });
    afterAll(async () => {
      await emulator.cleanUp();
      await emulator.close();
      await server.stop();
    });

    const command = (name: string, database: string, user: string, ...args: string[]) =>
      commandLine([name, server.url(database, user).replace(/:[^:@/]*@/, "@"), "--role", "ardent", ...args], {
        environment: {
          PGPASSWORD: user === "postgres" ? server.admin.password : PASSWORD,
          ARDENT_ROLE_PASSWORD: PASSWORD,
        },
      });

    /** A script without the database's name, and without the token of \\restrict, which is drawn from it. */
    const anonymous = (script: string, database: string) =>
      script.replaceAll(database, "…").replace(/\\(un)?restrict \w+/g, "\\$1restrict …");

    /** Every command as one user: what it says; what is about the moment comes and goes. */
    async function commands(database: string, user: string): Promise<Record<string, unknown>> {
      const schemas = ["--schemas", "public"];
      const report = await command("preflight", database, user, ...schemas, "--output", "json");
      const { checks } = JSON.parse(report.stdout) as PreflightReport;
      const owners = await commandLine(["owners", server.url(database), "--output", "json"]);
      const grants = await command("grants", database, user, ...schemas);
      const revoke = await command("grants", database, user, ...schemas, "--revoke");
      return {
        verdicts: Object.fromEntries(
          checks.filter(({ pointInTime }) => !pointInTime).map(({ id, outcome }) => [id, outcome]),
        ),
        owners: JSON.parse(owners.stdout),
        grants: anonymous(grants.stdout, database),
        revoke: anonymous(revoke.stdout, database),
      };
    }

    /** The life of a source through every resource. */
    async function resources(database: string): Promise<Record<string, unknown>> {
      const { host, port, admin } = server;
      const at = { host, port, database };
      const settings: Record<string, string> = {
        "ardent:token": emulator.token,
        "ardent:apiUrl": emulator.url,
      };
      const config = { get: (key: string) => settings[key] } as StackConfig;
      const client = new ArdentClient({ apiUrl: emulator.url, token: emulator.token, userAgent: "test" });
      const context: ProviderContext = { service: () => client, print: () => {}, pollMs: 10 };
      const source = { ...at, user: "ardent", password: PASSWORD };
      const adminLogin = { user: admin.user, password: admin.password };

      const preflight = {
        source: at,
        admin: adminLogin,
        role: { name: "ardent", password: PASSWORD, create: false },
        schemas: { public: { owners: ["app"] } },
        replicaIdentity: { "public.events": "exclude" },
        connector: { projectId: emulator.projectId, name: database },
        onFailure: "warn",
      };
      const { inputs, failures } = await preflightProvider.check({}, preflight, config);
      await preflightProvider.create({ ...preflight, ...inputs }, config);

      const connectors = createConnectorProvider(context);
      const connector = { __provider: "", projectId: emulator.projectId, source, defaultName: database };
      const { id, outs } = await connectors.create(connector, undefined);
      const replication = { __provider: "", connectorId: id, decisions: { "public.events": "exclude" } };
      await createReplicationProvider(context).create(replication, undefined);
      const branch = { __provider: "", connectorId: id, name: "pr-1", origin: "infra/test/branch" };
      const branches = createBranchProvider(context);
      const made = await branches.create(branch, undefined);
      await connectors.delete(id, { ...connector, ...outs }, undefined);
      const cleanup = { source: at, admin: adminLogin, role: { name: "ardent" }, schemas: ["public"] };
      await createRoleCleanupProvider(() => {}).delete("id", cleanup, undefined);
      return { checks: inputs?.checks, failures, branch: Object.keys(made.outs ?? {}).sort() };
    }

    /** The scripts that are printed, run by psql as the superuser. */
    async function scripts(database: string): Promise<void> {
      const fixes = await command("preflight", database, "postgres", "--fix-script");
      const grants = await command("grants", database, "postgres", "--schemas", "public");
      const revoke = await command("grants", database, "postgres", "--schemas", "public", "--revoke");
      for (const { stdout } of [fixes, grants, revoke]) {
        const script = Buffer.from(stdout).toString("base64");
        await server.exec([
          "sh",
          "-c",
          `echo ${script} | base64 -d | psql -v ON_ERROR_STOP=1 -d ${database} -f -`,
        ]);
      }
    }

    async function everything(database: string): Promise<Record<string, unknown>> {
      const said: Record<string, unknown> = {};
      for (const [who, user] of Object.entries(ROLES)) said[who] = await commands(database, user);
      said.resources = await resources(database);
      await scripts(database);
      return said;
    }

    it("are called by no command, resource or script, and do not change the output", async () => {
      const before = await everything("clean");
      const names = calledNames(await server.logs());
      expect(names).toEqual(
        expect.arrayContaining(["concat_ws", "json_build_object", "aclexplode", "!~", "||"]),
      );
      expect(await plantOverloads(server, "planted", "mallory", names)).toBeGreaterThan(5_000);

      // They are called where nothing guards against them: the test would see it.
      await server.query("SELECT 'a'::name !~ 'b'::name, concat_ws('-'::text, 'a'::text, 'b'::text)", [], {
        database: "planted",
      });
      const guarded = calls(await server.logs());
      expect(guarded).toEqual(expect.arrayContaining(["concat_ws(text,text,text)", "planted !~(name,name)"]));

      expect(await everything("planted")).toEqual(before);
      expect(calls(await server.logs()).slice(guarded.length)).toEqual([]);
    }, 600_000);
  },
);

/** The calls that planted functions have written to the log. */
function calls(log: string): string[] {
  return [...log.matchAll(new RegExp(`LOG:\\s+${PLANTED}: (.*)`, "g"))].map(([, call = ""]) => call);
}
