import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTableOwners } from "../../src/components/get-table-owners";
import { providerOf } from "../../src/dynamic";
import { commandLine, MAIN } from "../cli/command-line";
import { contentsOf, type EngineProject, engineProject, printedBy } from "../support/engine";
import { type PostgresServer, startPostgres, uniqueName } from "../support/postgres";
import { createShop, passwords, type Shop, shopProgram } from "./shop";

/** From this version on an engine masks secrets in its own log (pulumi/pulumi#23931). */
const MASKING_ENGINE = 256;

/** What an older engine logs of every value that it passes on, from any package. */
const ENGINES_OWN = /^(Marshaling|Unmarshaling) property for RPC\[|^Planner decided /;

/** The arguments of every process of this machine, as any of its users can read them. */
function processArguments(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return ""; // It has ended since.
      }
    })
    .join("\n");
}

/** Every text that hangs on an error: its properties, shown or not, and those of its causes. */
function everythingOf(error: unknown, seen = new Set<unknown>()): string {
  if (typeof error !== "object" || error === null) return String(error);
  if (seen.has(error)) return "";
  seen.add(error);
  const values = Object.getOwnPropertyNames(error).map((name) => Reflect.get(error, name));
  return values.map((value) => everythingOf(value, seen)).join("\n");
}

/** The emulator as its users run it, with everything that it prints. */
async function emulatorCommand() {
  const child: ChildProcess = spawn(process.execPath, [MAIN, "emulator", "--json"]);
  let printed = "";
  child.stderr?.on("data", (text) => {
    printed += text;
  });
  const greeting = await new Promise<string>((resolve) =>
    child.stdout?.once("data", (said) => resolve(`${said}`)),
  );
  const ended = new Promise((resolve) => child.once("close", resolve));
  const { url, token, projectId } = JSON.parse(greeting) as Record<"url" | "token" | "projectId", string>;
  child.stdout?.on("data", (text) => {
    printed += text;
  });
  return {
    url,
    token,
    projectId,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      // It is there to say its token; what it says later need not hold it.
      return `${greeting.replace(token, "")}${printed}`;
    },
  };
}

describe("passwords and token", { timeout: 300_000 }, () => {
  const rolePassword = uniqueName("canary-role-password");
  let canaries: { readonly [name: string]: string };
  let server: PostgresServer;
  let emulator: Awaited<ReturnType<typeof emulatorCommand>>;
  let shop: Shop;
  let project: EngineProject;
  let temporary: string;
  const seen: { [where: string]: string } = {};
  /** The engine's own log at level 9, line by line. */
  let log: { readonly msg: string }[];

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "pulumi-ardent-canary-"));
    // Most runs leave no file there: this one shows that it was looked.
    await writeFile(join(temporary, "looked-at"), "x".repeat(1000));
    [server, emulator] = await Promise.all([
      startPostgres({ major: 17, settings: { log_statement: "all", log_connections: "on" } }),
      emulatorCommand(),
    ]);
    canaries = { rolePassword, adminPassword: server.admin.password, token: emulator.token };
    shop = await createShop(server);
    const connector = { projectId: emulator.projectId };
    const env = { ARDENT_API_URL: emulator.url, TMPDIR: temporary };
    project = await engineProject(shopProgram(server, shop, { connector }), env);
    await project.setConfig({
      ...passwords(server, rolePassword),
      "ardent:token": { value: emulator.token, secret: true },
    });

    const watched = watch(temporary);
    seen["the preview as JSON"] = (await project.pulumi("preview", "--json")).text;
    const options = ["--yes", "--skip-preview", "--debug", "-v=9", "--logtostderr", "--logflow"];
    const up = await project.pulumi("up", ...options);
    Object.assign(seen, await watched());
    expect(up.code, up.text.slice(-2000)).toBe(0);
    const lines = up.text.split("\n");
    log = lines.filter((line) => line.startsWith('{"')).map((line) => JSON.parse(line));
    seen["the engine's output with --debug"] = lines.filter((line) => !line.startsWith('{"')).join("\n");
    seen["the state, its history and its backups"] = await project.stateFolder();
    seen["the configuration"] = await project.configFile();
    seen["what the command line prints and saves"] = await printedByCommandLine();

    // An error on every way that a password or the token goes.
    await project.setConfig(passwords(server, `${rolePassword}-other`));
    await server.query(`ALTER ROLE "${shop.role}" CONNECTION LIMIT 0`);
    seen["what the emulator prints"] = await emulator.stop();
    const failing = await printedBy((options) => project.stack.up(options));
    expect(failing.failed).toBe(true);
    seen["the output of a deployment that fails"] = failing.text;
    seen["errors and their causes"] = await everyError();
    seen["the server's log"] = await server.logs();
  });
  afterAll(async () => {
    await emulator.stop();
    await server.stop();
    await rm(temporary, { recursive: true });
    await project[Symbol.asyncDispose]();
  });

  /** Looks at processes and temporary files, again and again, until it is called. */
  function watch(folder: string): () => Promise<{ readonly [where: string]: string }> {
    const looks = { arguments: new Set<string>(), files: new Set<string>() };
    let ended = false;
    const looking = (async () => {
      while (!ended) {
        looks.arguments.add(processArguments());
        looks.files.add(await contentsOf(folder));
      }
    })();
    return async () => {
      ended = true;
      await looking;
      return {
        "the arguments of a process": [...looks.arguments].join("\n"),
        "a temporary file": [...looks.files].join("\n"),
      };
    };
  }

  async function printedByCommandLine(): Promise<string> {
    const { password } = server.admin;
    const file = join(temporary, "facts.json");
    const environment = { ARDENT_ROLE_PASSWORD: rolePassword, PGPASSWORD: password };
    const url = server.url(shop.database);
    const wrong = server.url(shop.database, "postgres", `${password}-wrong`);
    const role = ["--role", shop.role];
    const runs = await Promise.all([
      commandLine(["preflight", url, ...role, "--facts", file], { environment }),
      commandLine(["preflight", url, ...role, "--output", "json", "--no-slot-probe"], { environment }),
      commandLine(["preflight", url, ...role, "--fix-script", "--no-slot-probe"], { environment }),
      commandLine(["preflight", "-", ...role], { environment, stdin: wrong }),
      commandLine(["preflight", `${url}/${rolePassword}`, ...role]),
      commandLine([wrong]),
      commandLine(["grants", wrong, "--schemas", "public", ...role]),
      commandLine(["owners", wrong, "--output", "json"]),
    ]);
    return [...runs.map(({ stdout, stderr }) => stdout + stderr), await readFile(file, "utf8")].join("\n");
  }

  async function everyError(): Promise<string> {
    const { host, port } = server;
    const source = { host, port, database: shop.database };
    const wrong = { user: "postgres", password: `${server.admin.password}-wrong` };
    const role = { name: shop.role, password: rolePassword };
    const token = { get: (key: string) => (key === "ardent:token" ? canaries.token : undefined) };
    const gone = { get: (key: string) => token.get(key) ?? "http://127.0.0.1:9/v1" };
    const login = { ...source, user: role.name, password: rolePassword };
    const connector = { projectId: "prj", source: login, defaultName: "shop", admin: wrong };
    const recorded = { ...connector, connectorId: "con", connectorName: "shop", orgId: "org" };
    const preflight = {
      source,
      admin: wrong,
      role,
      schemas: { public: {} },
      connector: { projectId: "prj", name: "a" },
    };
    const cleanup = { source, admin: wrong, role: { name: shop.role }, schemas: ["public"] };
    const attempts = [
      () => getTableOwners({ ...source, ...wrong }),
      () => getTableOwners({ ...source, ...wrong, port: 9 }),
      () => getTableOwners({ ...source, ...wrong, sslMode: "verify-full" }),
      () => getTableOwners(`${server.url()}/${rolePassword}`),
      () => getTableOwners({ ...source, ...wrong, host: server.url() }),
      () => providerOf("Preflight", gone).create(preflight),
      () => providerOf("Connector", gone).create(connector),
      () => providerOf("Connector", gone).delete("con", recorded),
      () => providerOf("RoleCleanup", gone).delete("id", cleanup),
    ];
    const errors = await Promise.all(
      attempts.map((attempt) =>
        attempt().then(
          () => expect.unreachable(`${attempt} fails`),
          (error: unknown) => error,
        ),
      ),
    );
    return errors.map((error) => everythingOf(error)).join("\n");
  }

  it.each([
    "the preview as JSON",
    "the engine's output with --debug",
    "the arguments of a process",
    "a temporary file",
    "the state, its history and its backups",
    "the configuration",
    "what the command line prints and saves",
    "what the emulator prints",
    "the output of a deployment that fails",
    "errors and their causes",
    "the server's log",
  ])("are not in %s", (where) => {
    const text = seen[where] ?? "";
    expect(text.length, "something was looked at").toBeGreaterThan(50);
    for (const [name, secret] of Object.entries(canaries)) {
      const at = text.indexOf(secret);
      expect(at === -1 ? "" : text.slice(Math.max(0, at - 300), at), `${name} follows this text`).toBe("");
    }
  });

  it("are in the engine's log at level 9 where an engine that masks nothing passes them on, else nowhere", () => {
    const holding = log.filter(({ msg }) => Object.values(canaries).some((secret) => msg.includes(secret)));
    const others = holding.filter(({ msg }) => !ENGINES_OWN.test(msg));
    expect(others.map(({ msg }) => msg.slice(0, 120))).toEqual([]);
    expect(log.length, "something was looked at").toBeGreaterThan(500);
    const minor = Number(project.stack.workspace.pulumiVersion.split(".")[1]);
    if (minor >= MASKING_ENGINE) expect(holding.length).toBe(0);
  });
});

describe("passwords that a program gives as plain text", { timeout: 240_000 }, () => {
  it("are secrets in the state all the same", async () => {
    const canary = uniqueName("canary-plain");
    // An API that does not respond: without a token the preview would fail.
    const env = { ARDENT_TOKEN: "not-asked", ARDENT_API_URL: "http://127.0.0.1:9/v1" };
    const program = `
const password = ${JSON.stringify(canary)};
new ardent.PostgresSource("shop", {
  host: "127.0.0.1",
  port: 9,
  database: "shop",
  admin: { user: "postgres", password },
  role: { name: "ardent", password },
  schemas: { public: {} },
  connector: { projectId: "prj" },
});
`;
    await using project = await engineProject(program, env);
    const { code, text } = await project.pulumi("preview", "--json");
    expect(code, text).toBe(0);
    expect(text).toContain("shop-preflight");
    expect(text).not.toContain(canary);

    // The engine masks what is secret in the configuration. Of any other secret Pulumi's SDK itself writes what it
    // receives, for every resource of every package; nothing else writes it.
    const debug = (await project.pulumi("preview", "--json", "--debug")).text;
    const { diagnostics } = JSON.parse(debug.slice(debug.indexOf("{\n"))) as {
      diagnostics: { message: string }[];
    };
    const holding = diagnostics.filter(({ message }) => message.includes(canary));
    const others = holding.filter(({ message }) => !message.includes("RegisterResource RPC finished:"));
    expect(others).toEqual([]);
    const said = diagnostics.map(({ message }) => message).join("");
    expect(said, "something was looked at").toContain("tcp-reachable");
  });
});
