import { runPostgres } from "../lib/postgres-container.mjs";

/** The database of an application that is not prepared for replication. */
const APPLICATION = [
  ["postgres", "CREATE ROLE app_writer LOGIN"],
  ["postgres", "CREATE DATABASE shop OWNER app_writer"],
  [
    "shop",
    `SET ROLE app_writer;
     CREATE TABLE customers (id int PRIMARY KEY, name text);
     CREATE TABLE orders (id serial PRIMARY KEY, customer text, total numeric);
     CREATE TABLE events (at timestamptz, what text);
     INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 1000) n;
     INSERT INTO orders (customer, total) SELECT 'customer ' || n % 1000, n FROM generate_series(1, 10000) n;`,
  ],
];

/**
 * Starts a Postgres 17 that is not ready for Ardent.
 *
 * @param {string} password - of the superuser
 */
export async function startSource(password) {
  const hba = ["host all all all scram-sha-256", "host replication all all scram-sha-256"];
  const server = await runPostgres({ major: 17, name: "pulumi-ardent-demo", password, hba, ready: false });
  for (const [database, statements] of APPLICATION) await psql(server, database, statements);
  const [egressIp = ""] = (await server.exec(["hostname", "-I"])).trim().split(" ");
  return {
    host: server.host,
    port: server.port,
    // Connections from this machine come from the bridge's own address.
    egressIp: egressIp.replace(/\.\d+$/, ".1"),
    restart: () => server.restart(),
    remove: () => server.stop(),
    /** Runs SQL in the database `shop`, as psql prints it. ALTER SYSTEM has to stand alone. */
    psql: (sql, role) =>
      psql(server, "shop", role === undefined ? sql : `SET ROLE ${role};\nSET search_path = public;\n${sql}`),
  };
}

function psql(server, database, sql) {
  return server.exec(["psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", database, "--command", sql]);
}
