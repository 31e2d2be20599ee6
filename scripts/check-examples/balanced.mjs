import { forwarded } from "./forwarded.mjs";

/** Puts an address before a server and another one like it, which gives each connection to the next of them. */
export async function balanced({ server, runPostgres, roleSql }) {
  const other = await runPostgres({ major: 17, password: server.password });
  for (const sql of [roleSql, "CREATE DATABASE shop"]) await other.exec(["psql", "--command", sql]);
  const { port, stop } = await forwarded([server, other].map(({ host, port }) => ({ host, port })));
  return {
    port,
    stop: async () => {
      await stop();
      await other.stop();
    },
  };
}
