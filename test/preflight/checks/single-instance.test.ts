import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectionSettings } from "../../../src/postgres/connection-settings";
import { evaluate } from "../../../src/preflight/evaluate";
import type { Facts } from "../../../src/preflight/facts/facts";
import { gatherFacts } from "../../../src/preflight/facts/gather-facts";
import { sharedPostgres, uniqueName } from "../../support/postgres";
import { describeCheck, noteResult } from "../describe-check";
import { requestFor } from "../request-for";
import { asked } from "../sample-facts";

describeCheck("single-instance", (major) => {
  const reader = uniqueName("reader");
  const sockets = new Set<Socket>();
  let ports: readonly number[];
  /** Gives each connection to the next server in turn. */
  let balancer: Server;
  beforeAll(async () => {
    const servers = await Promise.all([sharedPostgres(major), sharedPostgres(major === 17 ? 18 : 17)]);
    for (const { query } of servers) await query(`CREATE ROLE "${reader}" LOGIN PASSWORD 'right'`);
    ports = servers.map(({ port }) => port);
    let connections = 0;
    balancer = createServer((client) => {
      const server = connect(Number(ports[connections++ % ports.length]), "127.0.0.1");
      for (const socket of [client, server]) {
        sockets.add(socket);
        socket.on("error", () => {});
      }
      client.pipe(server).pipe(client);
    });
    await new Promise<void>((resolve) => balancer.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => balancer.close(resolve));
    for (const other of [major, major === 17 ? 18 : 17] as const)
      await (await sharedPostgres(other)).query(`DROP ROLE "${reader}"`);
  });

  const judge = async (
    port: number,
    { login = true, database = "postgres", amend = (facts: Facts) => facts } = {},
  ) => {
    const admin = connectionSettings({
      host: "127.0.0.1",
      port,
      database,
      user: reader,
      password: "right",
    });
    const request = requestFor({ ...asked, source: { host: "127.0.0.1", port, database }, tls: false });
    const facts = await gatherFacts({ request, admin, probes: { slot: false, login } });
    const result = evaluate(request, amend(facts)).checks.find(({ id }) => id === "single-instance");
    if (result === undefined) throw new Error("the check is not in the catalog");
    noteResult(major, result);
    return result;
  };

  it("passes where each connection reaches the same server", async () => {
    expect(await judge(Number(ports[0]))).toMatchObject({
      outcome: "pass",
      message: "a snapshot exported on one connection is visible on two others",
    });
  });

  it("compares the start times of the servers if this user cannot export a snapshot", async () => {
    const server = await sharedPostgres(major);
    const database = await server.createDatabase("single");
    await server.query("REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC", [], { database });
    expect(await judge(Number(ports[0]), { database })).toMatchObject({
      outcome: "pass",
      message: "three connections reached a server started at the same time; no snapshot was exported",
    });
    await server.query(`DROP DATABASE "${database}"`);
  });

  it("fails if connections reach several servers", async () => {
    const { port } = balancer.address() as AddressInfo;
    expect(await judge(port)).toMatchObject({
      outcome: "fail",
      message: `2 servers respond at 127.0.0.1:${port}`,
      findings: [0, 1].map(() => ({
        object: expect.stringMatching(/^server 172\.|^server \d/),
        current: expect.stringMatching(/^a primary, started 2\d{3}-.*Z$/),
        needed: "the same server for each connection",
      })),
    });
  });

  it("fails if servers with equal start times do not share snapshots, as copies of a machine", async () => {
    const { port } = balancer.address() as AddressInfo;
    const amend = (facts: Facts) => {
      const { instances } = facts.connection;
      if (instances.kind !== "read") throw new Error("the instances were not read");
      const [first] = instances.value.servers;
      if (first === undefined) throw new Error("no server answered");
      const value = { ...instances.value, servers: [first] };
      return { ...facts, connection: { ...facts.connection, instances: { kind: "read", value } as const } };
    };
    expect(await judge(port, { amend })).toMatchObject({
      outcome: "fail",
      message: `a snapshot exported on one connection to 127.0.0.1:${port} is unknown on another`,
      findings: [
        {
          object: `127.0.0.1:${port}`,
          current: "connections that do not share a snapshot",
          needed: "the same server for each connection",
        },
      ],
    });
  });

  it("is skipped if no login is tried", async () => {
    expect(await judge(Number(ports[0]), { login: false })).toMatchObject({
      outcome: "skipped",
      message: "no further connections are made in this run",
    });
  });
});
