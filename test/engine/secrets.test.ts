import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { type PostgresServer, startPostgres, uniqueName } from "../support/postgres";
import { createShop, passwords, shopProgram } from "./shop";

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

describe("passwords and token", { timeout: 240_000 }, () => {
  const rolePassword = uniqueName("canary-role-password");
  const token = uniqueName("canary-token");
  let server: PostgresServer;
  let emulator: Emulator;
  let project: EngineProject;
  const seen: { [where: string]: string } = {};

  beforeAll(async () => {
    [server, emulator] = await Promise.all([
      startPostgres({ major: 17, settings: { log_statement: "ddl", log_connections: "on" } }),
      startEmulator({ token }),
    ]);
    const shop = await createShop(server);
    const connector = { projectId: emulator.projectId };
    project = await engineProject(shopProgram(server, shop, { connector }), { ARDENT_API_URL: emulator.url });
    await project.setConfig({
      ...passwords(server, rolePassword),
      "ardent:token": { value: token, secret: true },
    });

    seen["the preview as JSON"] = (await project.pulumi("preview", "--json")).text;
    // Its debug log (-v) is another matter: there the engine itself writes what it hands to dynamic providers.
    const logs = { debug: true };
    let processes = "";
    const up = await printedBy(({ onOutput, onError }) => {
      const look = (take: (text: string) => void) => (text: string) => {
        processes += processArguments();
        take(text);
      };
      return project.stack.up({ ...logs, onOutput: look(onOutput), onError: look(onError) });
    });
    expect(up.failed, up.text.slice(-2000)).toBe(false);
    seen["the engine's output with --debug"] = up.text;
    seen["the arguments of a process"] = processes;
    seen["the state"] = await project.stateFile();
    seen["the configuration"] = await project.configFile();

    // An error on every way that a password or the token goes.
    await project.setConfig(passwords(server, `${rolePassword}-other`));
    await server.query(`ALTER ROLE "${shop.role}" CONNECTION LIMIT 0`);
    await emulator.close();
    const failing = await printedBy((options) => project.stack.up(options));
    expect(failing.failed).toBe(true);
    seen["an error"] = failing.text;
    seen["the server's log"] = await server.logs();
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await server.stop();
  });

  it.each([
    "the preview as JSON",
    "the engine's output with --debug",
    "the arguments of a process",
    "the state",
    "the configuration",
    "an error",
    "the server's log",
  ])("are not in %s", (where) => {
    const text = seen[where] ?? "";
    expect(text.length, "something was looked at").toBeGreaterThan(200);
    const found = { rolePassword, adminPassword: server.admin.password, token };
    for (const [name, secret] of Object.entries(found)) {
      const at = text.indexOf(secret);
      expect(at === -1 ? "" : text.slice(at - 300, at), `${name} follows this text`).toBe("");
    }
  });
});

describe("passwords that a program gives as plain text", { timeout: 240_000 }, () => {
  it("are secrets in the state all the same", async () => {
    const canary = uniqueName("canary-plain");
    await using project = await engineProject(`
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
`);
    const { code, text } = await project.pulumi("preview", "--json");
    expect(code, text).toBe(0);
    expect(text).toContain("shop-preflight");
    expect(text).not.toContain(canary);
  });
});
