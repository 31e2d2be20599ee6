import { connect, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { EVERYTHING } from "../../support/tier";
import { createShop, type Shop, shopProgram } from "../shop";
import { deploy, previewOf, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

/** An address, behind which the server can be replaced. */
async function startAddress(serverPort: number) {
  const address = { serverPort };
  const server = createServer((socket) => {
    const onward = connect(address.serverPort, "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    socket.on("error", () => onward.destroy()).on("close", () => onward.destroy());
    onward.on("error", () => socket.destroy()).on("close", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return Object.assign(address, { port, [Symbol.dispose]: () => void server.close() });
}

/** Runs statements that fail while Ardent's session is in the database. */
async function onceFree(server: PostgresServer, shop: Shop, ...statements: readonly string[]): Promise<void> {
  const sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1";
  const tried = async (statement: string) => {
    await server.query(sessions, [shop.role]);
    return server.query(statement).then(() => "done", String);
  };
  for (const statement of statements)
    await expect.poll(() => tried(statement), { timeout: 10_000 }).toBe("done");
}

describe("a source that became another one", { timeout: 400_000 }, () => {
  const services = useServices();
  let replacement: PostgresServer;
  beforeAll(async () => {
    const { server } = services();
    // Of another image: the servers of one image are copies of one cluster.
    const started = await startPostgres({ major: 15 });
    const { password } = server.admin;
    await started.query(`ALTER ROLE postgres PASSWORD '${password}'`);
    replacement = {
      ...started,
      query: (sql, params, session) => started.query(sql, params, { password, ...session }),
    };
  });
  afterAll(() => replacement.stop());

  /** An application's database on both servers, and a program with the address of the first. */
  async function start(address: { port: number }) {
    const { server, emulator } = services();
    const shop = await createShop(server);
    await replacement.query(`CREATE ROLE ${shop.owner} LOGIN`);
    await replacement.query(`CREATE DATABASE ${shop.database} OWNER ${shop.owner}`);
    const table = `SET ROLE ${shop.owner}; CREATE TABLE orders (id int PRIMARY KEY)`;
    await replacement.query(table, [], { database: shop.database });
    await server.query("DROP TABLE events", [], { database: shop.database });
    const program = shopProgram({ ...server, port: address.port }, shop, {
      replicaIdentity: {},
      connector: { projectId: emulator.projectId },
    });
    const project = await projectOf(program, services());
    await deploy(project);
    return { shop, project };
  }

  it("is told apart in preview, converges as printed, and is destroyed with its role", async () => {
    const { server } = services();
    using address = await startAddress(server.port);
    const { shop, project } = await start(address);
    await using _ = project;
    const missing = `the server has no database "${shop.database}" any more`;

    await onceFree(server, shop, `ALTER DATABASE ${shop.database} RENAME TO renamed`);
    expect(await previewOf(project)).toContain(`${missing}: it was renamed to "renamed"`);
    await onceFree(server, shop, `ALTER DATABASE renamed RENAME TO ${shop.database}`);

    const connector =
      "urn:pulumi:test::infra::ardent:index:PostgresSource$pulumi-nodejs:dynamic/ardent:Connector::shop";
    const converge = async () => {
      const up = await project.pulumi("up", "--yes", "--skip-preview", "--refresh", "--replace", connector);
      expect(up.code, up.text).toBe(0);
      // Preflight comes before the connector: the next deployment records the outcomes and the server.
      expect((await printedBy((options) => project.stack.up(options))).text).toContain("preflight ok");
    };

    address.serverPort = replacement.port;
    const other = await previewOf(project);
    expect(other).toContain(`no role ${shop.role} any more: this is a different cluster than before`);
    expect(other).toContain("pulumi up --refresh");
    expect(other).not.toContain("CREATE ROLE");
    await converge();

    if (EVERYTHING) {
      // The first one has the same data and the same role, and no slot: so has a restored copy.
      await onceFree(server, shop, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
      address.serverPort = server.port;
      const restored = await previewOf(project);
      expect(restored).toMatch(/✗ ardent-slot .* no longer exists: .* or its data loaded into a new one/);
      expect(restored).toContain("pulumi up --replace");
      await converge();
    }

    const last = EVERYTHING ? server : replacement;
    await onceFree(
      last,
      shop,
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
      `DROP DATABASE ${shop.database}`,
    );
    const dropped = await previewOf(project);
    expect(dropped).toContain(missing);
    expect(dropped).toContain("create an empty database with this name");
    const stopped = await project.pulumi("destroy", "--yes", "--skip-preview");
    expect(stopped.code).not.toBe(0);
    expect(stopped.text).toContain("the database does not exist any more");
    await last.query(`CREATE DATABASE ${shop.database}`);
    const destroyed = await project.pulumi("destroy", "--yes", "--skip-preview", "--refresh");
    expect(destroyed.code, destroyed.text).toBe(0);
    expect(await rolesAndSlots(last, [shop.role])).toEqual([]);
  });

  it.runIf(EVERYTHING)("is destroyed although the server behind its address has no role for it", async () => {
    using address = await startAddress(services().server.port);
    const { shop, project } = await start(address);
    await using _ = project;
    address.serverPort = replacement.port;
    const destroyed = await project.pulumi("destroy", "--yes", "--skip-preview", "--refresh");
    expect(destroyed.code, destroyed.text).toBe(0);
    expect(destroyed.text).toContain(`role ${shop.role} does not exist in ${shop.database}`);
    expect((await project.stack.exportStack()).deployment.resources ?? []).toEqual([]);
  });
});
