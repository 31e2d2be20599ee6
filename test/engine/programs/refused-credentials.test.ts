import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { createShop, type Shop, shopProgram } from "../shop";

const PASSWORD = "deployer-secret";
const WRONG = "deployer-wrong";

describe("a deployed program whose credentials break", { timeout: 400_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let project: EngineProject;
  let shop: Shop;

  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    await server.query(`CREATE ROLE deployer SUPERUSER LOGIN PASSWORD '${PASSWORD}'`);
    shop = await createShop(server);
    project = await engineProject("", { ARDENT_API_URL: emulator.url });
    await setProgram("fail");
    await configure({});
    const up = await printedBy((options) => project.stack.up(options));
    expect(up.failed, up.text).toBe(false);
  }, 400_000);
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await Promise.all([emulator.close(), server.stop()]);
  });

  const setProgram = (onDrift: "fail" | "warn") =>
    project.setProgram(
      shopProgram(server, shop, {
        adminUser: "deployer",
        onDrift,
        connector: { projectId: emulator.projectId },
      }),
    );
  const configure = ({ password = PASSWORD, token = emulator.token }) =>
    project.setConfig({
      adminPassword: { value: password, secret: true },
      rolePassword: { value: "role-secret", secret: true },
      "ardent:token": { value: token, secret: true },
    });

  async function run(command: "preview" | "up") {
    const { code, text } = await project.pulumi(
      command,
      ...(command === "up" ? ["--yes", "--skip-preview"] : []),
    );
    expect(text).not.toMatch(/^\s+at /m);
    return { code, text, diagnostics: text.slice(text.indexOf("Diagnostics:")) };
  }

  /** How often the passwords of the admin in the state of our resources are this one. */
  async function recorded(password: string): Promise<number> {
    const { resources } = (await project.stack.exportStack()).deployment;
    const ours = resources.filter(({ type }: { type: string }) => type.startsWith("pulumi-nodejs:dynamic/"));
    return JSON.stringify(ours).split(password).length - 1;
  }

  /** The outcomes in the state. */
  async function recordedChecks(): Promise<unknown> {
    const { resources } = (await project.stack.exportStack()).deployment;
    return resources.find(({ type }: { type: string }) => type.endsWith("ardent:Preflight"))?.outputs.checks;
  }

  it("says that an update with a wrong admin password will fail, and fails it before the password is recorded", async () => {
    await setProgram("warn");
    await configure({ password: WRONG });
    const preview = await run("preview");
    expect(preview.code, preview.text).toBe(0);
    expect(preview.diagnostics).toContain('✗ login  password authentication failed for role "deployer"');
    const says = "`pulumi up` will fail: the server does not accept the changed login of deployer";
    expect(preview.diagnostics.split(says), preview.text).toHaveLength(2);

    const before = await recorded(PASSWORD);
    const up = await run("up");
    expect(up.code, up.text).not.toBe(0);
    const refused = "The admin's login was changed, and the server does not accept the new one";
    expect(up.diagnostics.split(refused), up.text).toHaveLength(2);
    expect(await recorded(WRONG)).toBe(0);
    expect(await recorded(PASSWORD)).toBe(before);
    await setProgram("fail");
    await configure({});
  });

  it("with onDrift fail, fails an update after the password was changed on the server, and the preview says so", async () => {
    await server.query("ALTER ROLE deployer PASSWORD 'changed-on-the-server'");
    const preview = await run("preview");
    expect(preview.code, preview.text).toBe(0);
    const says =
      '`pulumi up` will fail: onDrift is "fail", and this got worse since the last deployment: login';
    expect(preview.diagnostics.split(says), preview.text).toHaveLength(2);
    const up = await run("up");
    expect(up.code, up.text).not.toBe(0);
    await server.query(`ALTER ROLE deployer PASSWORD '${PASSWORD}'`);
  });

  it("with onDrift fail, fails an update whose token was revoked, and the preview says so", async () => {
    await configure({ token: "sk-ard_test_revoked" });
    const preview = await run("preview");
    expect(preview.code, preview.text).toBe(0);
    expect(preview.diagnostics.split("✗ ardent-access"), preview.text).toHaveLength(2);
    const says = "since the last deployment: ardent-access";
    expect(preview.diagnostics.split(says), preview.text).toHaveLength(2);
    const up = await run("up");
    expect(up.code, up.text).not.toBe(0);
    expect(up.diagnostics).toContain("Ardent rejected the API token (401: Invalid or expired token)");
    expect(preview.text + up.text).not.toContain("sk-ard_test");
    await configure({});
  });

  it.each([
    ["a revoked token", "ardent-access", { token: "sk-ard_test_revoked" }],
    ["a wrong password", "login", {}],
  ])("with onDrift warn, says so of %s in each run, and records nothing", async (what, id, settings) => {
    const before = await recordedChecks();
    await setProgram("warn");
    await configure(settings);
    if (id === "login") await server.query("ALTER ROLE deployer PASSWORD 'changed-on-the-server'");
    const up = await run("up");
    expect(up.code, up.text).toBe(0);
    const again = await project.pulumi("preview", "--expect-no-changes");
    expect(again.code, again.text).toBe(0);
    for (const { text } of [up, again])
      expect(text.slice(text.indexOf("Diagnostics:")).split(`✗ ${id}`), text).toHaveLength(2);
    expect(await recordedChecks(), what).toEqual(before);
    await server.query(`ALTER ROLE deployer PASSWORD '${PASSWORD}'`);
    await configure({});
  });

  it("continues once they are right again, and is destroyed", async () => {
    const up = await run("up");
    expect(up.code, up.text).toBe(0);
    const again = await project.pulumi("preview", "--expect-no-changes");
    expect(again.code, again.text).toBe(0);
    const destroyed = await printedBy((options) => project.stack.destroy(options));
    expect(destroyed.failed, destroyed.text).toBe(false);
    expect(await server.query("SELECT FROM pg_roles WHERE rolname = $1", [shop.role])).toEqual([]);
  });
});
