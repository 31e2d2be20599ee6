import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, type Finished } from "../../cli/command-line";
import { withoutChecklist } from "../../review/without-checklist";
import type { EngineProject } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { EVERYTHING } from "../../support/tier";
import { fillShop } from "../shop";
import { aclsOf } from "./acls";
import { deploy, destroy, projectOf, useServices } from "./program-of-its-own";

/** With UPDATE_PREVIEWS=1 the previews become those that test/review/recorded.test.ts reads. */
const FIXTURES = process.env.UPDATE_PREVIEWS === "1" ? join(__dirname, "../../review/previews") : undefined;
const GOLDEN = join(__dirname, "../../review/golden");
const HOSTILE_SCHEMA = "<img src=x onerror=alert(1)> @all `tick` $(id) \u001b[31m|";

/** In the first tier test/review/recorded.test.ts reads the recordings of these. */
const repeated = it.runIf(EVERYTHING || FIXTURES !== undefined);

/* Previews of the real engine, each as its reviewer reads it, and their SQL against what `pulumi up` does. */
describe("the review of a preview", { timeout: 600_000 }, () => {
  const services = useServices();
  let project: EngineProject;
  /** A copy of the source, for the SQL. */
  let copy: PostgresServer;
  let names: readonly (readonly [string, string])[];

  beforeAll(async () => {
    const { server, shop } = services();
    copy = await startPostgres({ major: 17 });
    const prepare = async (one: PostgresServer, database: string, owner: string) => {
      await one.query(
        `CREATE ROLE other_writer; CREATE ROLE app_old; CREATE SCHEMA billing AUTHORIZATION ${owner};
         SET ROLE ${owner}; CREATE TABLE billing.invoices (id int PRIMARY KEY)`,
        [],
        { database },
      );
    };
    await prepare(server, shop.database, shop.owner);
    await copy.query(`CREATE DATABASE ${shop.database}`);
    await fillShop(copy, shop);
    await prepare(copy, shop.database, shop.owner);
    names = [
      [shop.database, "shop"],
      [shop.owner, "app_writer"],
      [`${server.port}`, "5432"],
      [services().emulator.projectId, "prj_shop"],
    ];
    project = await projectOf(program(), services());
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await copy.stop();
  });

  const program = (changed: Record<string, unknown> = {}, role: Record<string, unknown> = {}, more = "") => {
    const { server, shop, emulator } = services();
    const args = {
      host: server.host,
      port: server.port,
      database: shop.database,
      schemas: { public: { owners: [shop.owner] }, billing: { owners: [shop.owner] } },
      replicaIdentity: { "public.events": "exclude" },
      connector: { projectId: emulator.projectId },
      ...changed,
    };
    return `
new ardent.PostgresSource("shop", {
  ...${JSON.stringify(args)},
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "ardent", password: config.requireSecret("rolePassword"), ...${JSON.stringify(role)} },
});
${more}`;
  };
  /** Only resources of @pulumi/postgresql. */
  const ownProgram = (body: string) => {
    const { server, shop } = services();
    return `
const postgresql = require("@pulumi/postgresql");
const database = ${JSON.stringify(shop.database)};
const provider = new postgresql.Provider("admin", {
  host: ${JSON.stringify(server.host)}, port: ${server.port}, database, sslmode: "disable",
  username: "postgres", password: config.requireSecret("adminPassword"),
});
const opts = { provider };
${body}`;
  };

  /** The same names and numbers in every run; without what is long and never shown. */
  const steady = (text: string) =>
    names
      .reduce((shown, [from, to]) => shown.replaceAll(from, to), text)
      .replace(/\/[^"\s]*\/infra-\w{6}/g, "/program")
      .replace(/"(systemIdentifier|created|modified)": "[^"]*"/g, '"$1": "0"')
      .replace(/"duration": \d+/, '"duration": 0')
      .replace(/("__provider": ")(?:[^"\\]|\\.)*"/g, '$1exports.handler = __f0;"')
      .replace(/con_[0-9a-f]{16}/g, "con_shop")
      // The stack of an error, in a message.
      .replace(/\\n {4}at (?:[^"\\]|\\[^n])*/g, "");

  /** Previews the program of the project, or this one. */
  const previewed = async (name: string, body?: string) => {
    if (body !== undefined) await project.setProgram(body);
    const { code, text } = await project.pulumi("preview", "--json");
    const shown = steady(text);
    if (FIXTURES !== undefined) {
      mkdirSync(FIXTURES, { recursive: true });
      writeFileSync(join(FIXTURES, `${name}.json`), `${recording(code, shown)}\n`);
    }
    return { text: shown, raw: text, code };
  };
  const reviewed = (text: string, ...options: readonly string[]): Promise<Finished> =>
    commandLine(["review", "-", ...options], { stdin: text });
  /** What a reviewer reads is the same as when it was last looked at. */
  const looksAsBefore = async (name: string, body?: string) => {
    const { text, raw, code } = await previewed(name, body);
    const { exitCode, stdout, stderr } = await reviewed(text, "--exit-code", `${code}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const secret of ["role-secret", "another-secret", services().server.admin.password])
      expect(stdout).not.toContain(secret);
    await expect(withoutChecklist(stdout)).toMatchFileSnapshot(join(GOLDEN, `${name}.md`));
    return raw;
  };
  const sqlOf = async (raw: string, output = "sql") => (await reviewed(raw, "--output", output)).stdout;
  const runOnCopy = async (script: string) => {
    await copy.exec(["sh", "-c", 'printf %s "$1" | psql -qX -f -', "sh", script]);
  };
  const acls = (server: PostgresServer) => aclsOf(server, services().shop.database);

  it("of one that preflight stops shows what failed, and what it would have changed", async () => {
    await looksAsBefore("failed-preflight", program({ schemas: { public: {}, missing: {} } }));
  });

  repeated("of a program that crashes shows the error", async () => {
    await looksAsBefore("crash", program({}, {}, 'throw new Error("boom <img src=x> @all");'));
  });

  it("of a first install names the superuser; its SQL makes the same grants as up, and the SQL that undoes it none", async () => {
    const before = await acls(copy);
    expect(await acls(services().server)).toEqual(before);
    const raw = await looksAsBefore("first-install", program());
    await deploy(project);
    const forward = await sqlOf(raw);
    const after = await acls(services().server);
    expect(after).not.toEqual(before);
    await runOnCopy(forward);
    await runOnCopy(forward);
    expect(await acls(copy)).toEqual(after);
    const backward = await sqlOf(raw, "sql-backward");
    await runOnCopy(backward);
    await runOnCopy(backward);
    expect(await acls(copy)).toEqual(before);
    await runOnCopy(forward);
  });

  repeated("of nothing says so", () => looksAsBefore("no-changes", program()));

  repeated("of a new owner shows what is gained", async () => {
    const { shop } = services();
    const schemas = { public: { owners: [shop.owner, "other_writer"] }, billing: { owners: [shop.owner] } };
    await looksAsBefore("owner-added", program({ schemas }));
  });

  repeated("of a role without SUPERUSER and connector shows both", () =>
    looksAsBefore("superuser-dropped", program({ connector: undefined }, { superuser: false })),
  );

  repeated("of another role shows what the old one loses", () =>
    looksAsBefore("role-renamed", program({}, { name: "ardent2" })),
  );

  it("of an event log is the same as of the digest", async () => {
    const raw = await previewed("role-renamed", program({}, { name: "ardent2" }));
    const events = await eventsOf();
    const [digest, log] = await Promise.all([reviewed(raw.text), reviewed(steady(events))]);
    // The digest has the lines of the program, and what preflight prints as one message.
    const withoutLines = (text: string) =>
      text
        .replace(/ \(`index\.js:\d+`\)|, `index\.js:\d+`(?=\))/g, "")
        .replace(/<details><summary>What[\s\S]*?<\/details>\n\n/, "");
    expect(withoutLines(log.stdout)).toBe(withoutLines(digest.stdout));
  });

  it("of a schema less: its SQL revokes what up revokes, and can be undone", async () => {
    const { server, shop } = services();
    const before = await acls(copy);
    const raw = await looksAsBefore(
      "schema-dropped",
      program({ schemas: { public: { owners: [shop.owner] } } }),
    );
    await deploy(project);
    await runOnCopy(await sqlOf(raw));
    expect(await acls(copy)).toEqual(await acls(server));
    await runOnCopy(await sqlOf(raw, "sql-backward"));
    expect(await acls(copy)).toEqual(before);
  });

  repeated("of a new password names the role", async () => {
    await project.setConfig({ rolePassword: { value: "another-secret", secret: true } });
    await looksAsBefore("password-rotated");
  });

  it("of a program with only @pulumi/postgresql shows its grants; its SQL makes the same ones as up", async () => {
    const { server, shop } = services();
    const body = (option: boolean) =>
      ownProgram(`
const reporter = new postgresql.Role("reporter", { name: "reporter", login: true, password: config.requireSecret("rolePassword"), roles: ["pg_read_all_data"] }, opts);
const schema = new postgresql.Schema("evil", { name: ${JSON.stringify(HOSTILE_SCHEMA)}, database, owner: "app_old" }, opts);
const grant = (name, args) => new postgresql.Grant(name, { role: reporter.name, database, ...args }, opts);
grant("evil", { schema: schema.name, objectType: "schema", privileges: ["USAGE", "CREATE"] });
grant("all", { schema: "billing", objectType: "table", privileges: ["SELECT", "INSERT"], withGrantOption: true });
grant("named", { schema: "public", objectType: "table", objects: ["customers", "orders"], privileges: ["SELECT"] });
grant("columns", { schema: "public", objectType: "column", objects: ["events"], columns: ["what"], privileges: ["SELECT"] });
grant("every-role", { role: "public", schema: "billing", objectType: "schema", privileges: ["USAGE"] });
new postgresql.DefaultPrivileges("global", { role: reporter.name, database, owner: ${JSON.stringify(shop.owner)}, objectType: "table", privileges: ["SELECT"], withGrantOption: ${option} }, opts);
new postgresql.GrantRole("member", { role: reporter.name, grantRole: "app_old", withAdminOption: true }, opts);
`);
    await destroy(project);
    await resetCopy();
    const before = await acls(copy);
    const raw = await looksAsBefore("only-postgresql", body(false));
    await deploy(project);
    await runOnCopy(await sqlOf(raw));
    expect(await acls(copy)).toEqual(await acls(server));
    await runOnCopy(await sqlOf(raw, "sql-backward"));
    expect(await acls(copy)).toEqual(before);
    await runOnCopy(await sqlOf(raw));

    const first = await acls(copy);
    const replaced = await looksAsBefore("replaced-default-privileges", body(true));
    await project.stack.up();
    await runOnCopy(await sqlOf(replaced));
    expect(await acls(copy), "revoked in the end").toEqual(await acls(server));
    await runOnCopy(await sqlOf(replaced, "sql-backward"));
    expect(await acls(copy)).toEqual(first);
    await project.setProgram("");
    await destroy(project);
  });

  /** The JSON lines of the same preview. */
  const eventsOf = async () => {
    const folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-events-"));
    process.env.PULUMI_DEBUG_COMMANDS = "true";
    try {
      await project.pulumi("preview", "--event-log", join(folder, "events.jsonl"));
      return await readFile(join(folder, "events.jsonl"), "utf8");
    } finally {
      delete process.env.PULUMI_DEBUG_COMMANDS;
      await rm(folder, { recursive: true });
    }
  };
  const resetCopy = async () => {
    const { server, shop } = services();
    expect(await acls(server)).toBeDefined();
    await copy.query("DROP OWNED BY ardent", [], { database: shop.database });
    await copy.query("DROP ROLE ardent");
  };
});

/** A preview for a file: without the long parts of states that no review reads. */
function recording(exitCode: number, digest: string): string {
  const preview = JSON.parse(digest, (key, value) => (UNREAD.has(key) ? undefined : value));
  return JSON.stringify({ exitCode, preview }, null, 2);
}

const UNREAD = new Set([
  "outputs",
  "dependencies",
  "propertyDependencies",
  "additionalSecretOutputs",
  "created",
  "modified",
]);
