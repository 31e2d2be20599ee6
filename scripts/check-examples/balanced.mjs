import { connect, createServer } from "node:net";

/** Puts an address before a server and another one like it, which gives each connection to the next of them. */
export async function balanced({ server, runPostgres, roleSql }) {
  const other = await runPostgres({ major: 17, password: server.password });
  for (const sql of [roleSql, "CREATE DATABASE shop"]) await other.exec(["psql", "--command", sql]);
  const sockets = new Set();
  let connections = 0;
  const balancer = createServer((client) => {
    const upstream = connect(connections++ % 2 === 0 ? server.port : other.port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise((resolve) => balancer.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = balancer.address();
  if (address === null || typeof address === "string") throw new Error("the balancer has no port");
  return {
    port: address.port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => balancer.close(resolve));
      await other.stop();
    },
  };
}
