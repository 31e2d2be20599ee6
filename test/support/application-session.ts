import { Client } from "pg";
import type { ConnectionSettings } from "../../src/postgres/connection-settings";
import type { Session, SessionOptions } from "../../src/postgres/session";
import { pgSslOption } from "../../src/postgres/ssl-mode";

/**
 * Opens a session as an application or a person with psql has it: with the search_path that the server gives it, which
 * the sessions of the package never have.
 */
export async function applicationSession(
  settings: ConnectionSettings,
  options: Partial<
    Pick<SessionOptions, "applicationName" | "connectTimeoutMs" | "statementTimeoutMs" | "lockTimeoutMs">
  > = {},
): Promise<Session> {
  const client = new Client({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: () => settings.password ?? "",
    ssl: pgSslOption(settings.sslMode, settings.caCertificate),
    application_name: options.applicationName ?? "test",
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: options.lockTimeoutMs }),
  });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS "serverVersionNum", pg_backend_pid() AS "backendPid",
            host(inet_server_addr()) AS "serverAddress", current_setting('port')::int AS "serverPort"`,
  );
  return {
    ...rows[0],
    direct: true,
    query: async <Row>(sql: string, params?: readonly unknown[]) =>
      (await client.query(sql, params && [...params])).rows as Row[],
    close: () => client.end().catch(() => {}),
  };
}
