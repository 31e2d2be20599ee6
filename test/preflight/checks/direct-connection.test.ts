import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectionSettings } from "../../../src/postgres/connection-settings";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("direct-connection", (major) => {
  let source: Source;
  let pooler: Awaited<ReturnType<typeof startPooler>>;
  beforeAll(async () => {
    source = await startSource({ major });
    pooler = await startPooler(source.admin.port);
  });
  afterAll(async () => {
    pooler.server.close();
    await source.stop();
  });

  const throughPooler = () =>
    connectionSettings({
      host: "127.0.0.1",
      port: pooler.port,
      database: "postgres",
      user: source.admin.user,
      password: source.admin.password,
    });

  it("passes where Postgres itself answers", async () => {
    expect(await source.judge("direct-connection")).toMatchObject({ outcome: "pass" });
  });

  it("fails where another process is announced than the one that answers", async () => {
    const address = { host: "127.0.0.1", port: pooler.port, database: "postgres" };
    expect(
      await source.judge("direct-connection", { admin: throughPooler(), request: { source: address } }),
    ).toMatchObject({
      outcome: "fail",
      message: "a pooler answers",
      findings: [
        {
          object: `127.0.0.1:${pooler.port}`,
          current: "announced as one process, answering as another",
          needed: "the server itself",
        },
      ],
      fix: { sql: [], effect: "none" },
    });
  });

  it("only warns where the runner goes another way than Ardent", async () => {
    expect(await source.judge("direct-connection", { admin: throughPooler() })).toMatchObject({
      outcome: "warn",
      message: "this runner goes through a pooler; whether Ardent does is not seen",
    });
  });

  it("leaves a login that is refused to the check of the login", async () => {
    const admin = source.as("nobody", "wrong");
    expect(await source.judge("direct-connection", { admin })).toMatchObject({
      outcome: "skipped",
      message: "needs login",
    });
  });
});

/** What a pooler does to the message BackendKeyData: it announces a process of its own. */
async function startPooler(serverPort: number): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    const upstream = connect({ host: "127.0.0.1", port: serverPort });
    for (const end of [socket, upstream]) end.on("error", () => {});
    upstream.on("data", (data) => {
      const key = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (key >= 0) data.writeInt32BE(1, key + 5);
      socket.write(data);
    });
    upstream.on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    socket.on("data", (data) => upstream.write(data));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}
