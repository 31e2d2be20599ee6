import { connect, createServer } from "node:net";

/** Listens on 127.0.0.1, and gives each connection to the next of these addresses. */
export async function forwarded(addresses) {
  const sockets = new Set();
  let connections = 0;
  const forwarder = createServer((client) => {
    const upstream = connect(addresses[connections++ % addresses.length]);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise((resolve) => forwarder.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = forwarder.address();
  if (address === null || typeof address === "string") throw new Error("the forwarder has no port");
  return {
    port: address.port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => forwarder.close(resolve));
    },
  };
}
