import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import {
  closedPort,
  type Script,
  type ScriptedService,
  startScriptedService,
} from "../../support/scripted-service";
import { createShop, passwords, shopProgram } from "../shop";

const SOURCES = ["shop", "billing", "stock"];
const SAID = "this run continues without it";

describe("a program of three sources while Ardent is down", { timeout: 400_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let service: ScriptedService;
  let project: EngineProject;
  /** What the service does with each request. */
  let script: Script;

  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    script = { forwardTo: new URL(emulator.url).origin };
    service = await startScriptedService(() => script);
    const programs = await Promise.all(
      SOURCES.map(async (name) => {
        const program = shopProgram(server, await createShop(server), {
          connector: { projectId: emulator.projectId },
        });
        return `{ ${program.replace('PostgresSource("shop"', `PostgresSource("${name}"`)} }`;
      }),
    );
    project = await engineProject(programs.join("\n"), { ARDENT_TOKEN: emulator.token });
    await setUrl(service.apiUrl);
    const up = await printedBy((options) => project.stack.up(options));
    expect(up.failed, up.text).toBe(false);
  }, 400_000);
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await emulator.close();
    await Promise.all([service.stop(), server.stop()]);
  });

  const setUrl = (url: string) =>
    project.setConfig({ ...passwords(server, "role-secret"), "ardent:apiUrl": { value: url } });

  /** Previews, and gives back what was printed and what the service was asked. */
  async function preview() {
    const before = service.requests.length;
    const { code, text } = await project.pulumi("preview", "--expect-no-changes");
    return {
      code,
      text,
      asked: service.requests.slice(before).map(({ method, path }) => `${method} ${path}`),
    };
  }

  it("sees each of them while it is up", async () => {
    const { code, text, asked } = await preview();
    expect(code, text).toBe(0);
    expect(text).not.toContain(SAID);
    expect(asked.filter((request) => request === "GET /v1/connectors")).toHaveLength(SOURCES.length);
  });

  it.each<[string, Script, number]>([
    ["never answers", { hang: true }, 1],
    ["has errors", { status: 503, json: { detail: "maintenance" } }, 5],
  ])("asks one question of a service that %s, says so once, and changes nothing", async (_, down, most) => {
    const up = script;
    script = down;
    const { code, text, asked } = await preview();
    script = up;
    expect(code, text).toBe(0);
    expect(text.split(SAID), text).toHaveLength(2 + saidInProgress(text));
    expect(new Set(asked).size, asked.join()).toBe(1);
    expect(asked.length).toBeLessThanOrEqual(most);
    for (const found of text.matchAll(/preflight \w+: .*/g))
      expect(found[0]).toMatch(/^preflight incomplete: /);
  });

  it("says once that nothing listens there, and changes nothing", async () => {
    await setUrl(`http://127.0.0.1:${await closedPort()}/v1`);
    const { code, text } = await preview();
    await setUrl(service.apiUrl);
    expect(code, text).toBe(0);
    expect(text.split(SAID), text).toHaveLength(2 + saidInProgress(text));
    expect(text).toContain("the connection was refused (ECONNREFUSED)");
  });

  /** The engine shows each line as it comes, and all of them again at the end. */
  function saidInProgress(text: string): number {
    return text.slice(0, text.indexOf("Diagnostics:")).split(SAID).length - 1;
  }
});
