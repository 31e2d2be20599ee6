import type { ConfigMap } from "@pulumi/pulumi/automation";
import { type SharedPostgres, uniqueName } from "../support/postgres";

/** An application's database: its owner, its tables, and one table without a key. */
export interface Shop {
  readonly database: string;
  /** Who creates the tables. */
  readonly owner: string;
  /** The role that Ardent is to log in as. */
  readonly role: string;
}

/** Makes a shop on a server. */
export async function createShop(server: SharedPostgres): Promise<Shop> {
  const database = await server.createDatabase("shop");
  const owner = uniqueName("app_writer");
  await fillShop(server, { database, owner });
  return { database, owner, role: uniqueName("ardent") };
}

/** Makes the owner and the tables of a shop in a database without tables. */
export async function fillShop(
  server: SharedPostgres,
  { database, owner }: Pick<Shop, "database" | "owner">,
): Promise<void> {
  await server.query(`CREATE ROLE ${owner} LOGIN; ALTER DATABASE ${database} OWNER TO ${owner}`);
  await server.query(
    `SET ROLE ${owner};
     CREATE TABLE customers (id int PRIMARY KEY, name text);
     CREATE TABLE orders (id serial PRIMARY KEY, total numeric);
     CREATE TABLE events (at timestamptz, what text);
     INSERT INTO orders (total) SELECT generate_series(1, 100)`,
    [],
    { database },
  );
}

/**
 * The program of the README's first example for a shop. What is plain is written into it, the passwords come from
 * the configuration.
 *
 * @param changed - arguments that differ
 */
export function shopProgram(
  server: SharedPostgres,
  shop: Shop,
  changed: Readonly<Record<string, unknown>> = {},
): string {
  const { adminUser = "postgres", ...plain } = {
    host: server.host,
    port: server.port,
    database: shop.database,
    schemas: { public: { owners: [shop.owner] } },
    replicaIdentity: { "public.events": "exclude" },
    ...changed,
  } as Record<string, unknown>;
  return `
const shop = new ardent.PostgresSource("shop", {
  ...${JSON.stringify(plain)},
  admin: { user: ${JSON.stringify(adminUser)}, password: config.requireSecret("adminPassword") },
  role: { name: ${JSON.stringify(shop.role)}, password: config.requireSecret("rolePassword") },
});
exports.connectorId = shop.connectorId;
`;
}

/** The passwords of the program. */
export function passwords(server: SharedPostgres, rolePassword: string): ConfigMap {
  return {
    adminPassword: { value: server.admin.password, secret: true },
    rolePassword: { value: rolePassword, secret: true },
  };
}
