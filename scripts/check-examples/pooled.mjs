import { forwarded } from "./forwarded.mjs";

/** Puts a PgBouncer before a server, in the server's own container. */
export async function pooled({ server }) {
  const ini = [
    "[databases]",
    "* = host=127.0.0.1 port=5432",
    "[pgbouncer]",
    "listen_addr = 0.0.0.0",
    "listen_port = 6432",
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    "auth_file = /tmp/users.txt",
    "logfile = /tmp/pgbouncer.log",
    "pidfile = /tmp/pgbouncer.pid",
  ];
  const write = `echo '"postgres" "${server.password}"' > /tmp/users.txt; echo '${ini.join("\n")}' > /tmp/pgbouncer.ini`;
  await server.exec(["sh", "-c", `${write}; pgbouncer --daemon --quiet /tmp/pgbouncer.ini`]);
  const host = (await server.exec(["hostname", "-i"])).trim();
  return forwarded([{ host, port: 6432 }]);
}
