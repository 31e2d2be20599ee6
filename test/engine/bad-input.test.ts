import { beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/emulator";
import { engineProject, printedBy } from "../support/engine";
import { type SharedPostgres, sharedPostgres, startPostgres } from "../support/postgres";
import { EVERYTHING } from "../support/tier";
import { createShop, passwords, type Shop, shopProgram } from "./shop";

/* What a wrong argument looks like to a user; that the same goes for many more is shown at the checks. */
describe("wrong input ends the preview with what, where and the fix", { timeout: 240_000 }, () => {
  let server: SharedPostgres;
  let shop: Shop;

  beforeAll(async () => {
    server = await sharedPostgres(17);
    shop = await createShop(server);
  });

  async function preview(changed: Record<string, unknown>, adminPassword = server.admin.password) {
    await using project = await engineProject(shopProgram(server, shop, changed));
    await project.setConfig({
      ...passwords(server, "role-secret"),
      adminPassword: { value: adminPassword, secret: true },
    });
    const printed = await printedBy((options) => project.stack.preview(options));
    expect(printed.failed).toBe(true);
    expect(await server.query("SELECT FROM pg_roles WHERE rolname = $1", [shop.role])).toEqual([]);
    return printed.text;
  }

  it.runIf(EVERYTHING)("for a wrong password of the administrator", async () => {
    const text = await preview({}, "not-the-password");
    expect(text).toContain("✗ login");
    expect(text).toContain("role postgres");
    expect(text).not.toContain("not-the-password");
  });

  it("for plain values, all at once, before anything is asked", async () => {
    const text = await preview({ sslMode: "prefer", egressIp: "2001:db8::1", schemas: {} });
    expect(text).toContain("3 arguments are invalid");
    expect(text).toContain("sslMode: ");
    expect(text).toContain("egressIp: ");
    expect(text).toContain("schemas: is empty; name at least one schema");
    expect(text).not.toMatch(/^\s+at |InputPropertiesError|propertyPath/m);
  });

  it("for a database, a schema and a table that cannot be replicated as they are", async () => {
    expect(await preview({ database: "no_such_database" })).toMatch(/✗ login .*no_such_database/);
    const text = await preview({
      schemas: { publik: {}, public: { owners: [shop.owner] } },
      replicaIdentity: {},
    });
    expect(text).toContain("✗ schemas-exist");
    expect(text).toContain("publik");
    expect(text).toContain("✗ replica-identity");
    expect(text).toContain('ALTER TABLE "public"."events" REPLICA IDENTITY FULL;');
  });

  it.runIf(EVERYTHING)("for plain text to a host that is known only during the deployment", async () => {
    const program = shopProgram(server, shop, { sslMode: "disable" });
    const elsewhere = program.replace(`"host":"${server.host}"`, '"host": pulumi.output("192.0.2.9")');
    expect(elsewhere).not.toBe(program);
    await using project = await engineProject(elsewhere);
    await project.setConfig(passwords(server, "role-secret"));
    const { failed, text } = await printedBy((options) => project.stack.preview(options));
    expect(failed).toBe(true);
    expect(text).toContain("`disable` sends everything to 192.0.2.9 as plain text");
    expect(text).toContain("allowCleartext: true");
    expect(text).not.toMatch(/^\s+at /m);
  });

  it("for owners that the program reads", async () => {
    const login = { host: server.host, port: server.port, database: shop.database, user: "postgres" };
    await using project = await engineProject(
      `module.exports = () => ardent.getTableOwners(${JSON.stringify(login)}, { schemas: ["publik"] });`,
      { PGPASSWORD: server.admin.password },
    );
    const { failed, text } = await printedBy((options) => project.stack.preview(options));
    expect(failed).toBe(true);
    expect(text).toContain(`- publik: database "${shop.database}" has no such schema`);
    expect(text).not.toMatch(/^\s+at /m);
  });

  it.runIf(EVERYTHING)("for a host that has no address", async () => {
    const text = await preview({ host: "no-such-host.invalid" });
    expect(text).toContain("✗ ipv4-address");
    expect(text).toContain("no-such-host.invalid");
  });
});

describe("a deployment that skips its preview", { timeout: 240_000 }, () => {
  it("creates no connector on a source that is not ready", async () => {
    await using emulator = await disposable(startEmulator(), (started) => started.close());
    await using server = await disposable(startPostgres({ major: 17, ready: false }), (started) =>
      started.stop(),
    );
    const shop = await createShop(server);
    const connector = { projectId: emulator.projectId };
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    await using project = await engineProject(shopProgram(server, shop, { connector }), env);
    await project.setConfig(passwords(server, "role-secret"));
    const { failed, text } = await printedBy((options) => project.stack.up(options));
    expect(failed).toBe(true);
    expect(text).toContain("✗ wal-level");
    expect(await connectorsOf(emulator)).toEqual([]);
  });

  it.runIf(EVERYTHING)("creates no connector when the service rejects the token", async () => {
    await using emulator = await disposable(startEmulator(), (started) => started.close());
    const server = await sharedPostgres(17);
    const shop = await createShop(server);
    const connector = { projectId: emulator.projectId };
    const env = { ARDENT_TOKEN: "sk-ard_test_expired", ARDENT_API_URL: emulator.url };
    await using project = await engineProject(shopProgram(server, shop, { connector }), env);
    await project.setConfig(passwords(server, "role-secret"));
    const { failed, text } = await printedBy((options) => project.stack.up(options));
    expect(failed).toBe(true);
    expect(text).toContain("Ardent rejected the API token (401");
    expect(text).not.toContain("sk-ard_test_expired");
    expect(await connectorsOf(emulator)).toEqual([]);
    await project.stack.destroy();
  });
});

async function disposable<T extends object>(
  starting: Promise<T>,
  end: (started: T) => Promise<unknown>,
): Promise<T & AsyncDisposable> {
  const started = await starting;
  return Object.assign(started, { [Symbol.asyncDispose]: async () => void (await end(started)) });
}

async function connectorsOf(emulator: { url: string; orgId: string; token: string }): Promise<unknown> {
  const reply = await fetch(`${emulator.url}/connectors?org_id=${emulator.orgId}`, {
    headers: { authorization: `Bearer ${emulator.token}` },
  });
  return ((await reply.json()) as { connectors: unknown }).connectors;
}
