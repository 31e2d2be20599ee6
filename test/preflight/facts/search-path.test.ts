import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../../src/postgres/connection-settings";
import { openSession } from "../../../src/postgres/session";
import { readServerSearchPath } from "../../../src/preflight/facts/search-path";
import { type PostgresServer, startPostgres } from "../../support/postgres";

describe("the server's own search_path", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 17, settings: { search_path: "first" } });
    // What the reader's own setting hides is what our sessions' pinned search_path hides.
    await server.query(`
      CREATE ROLE plain LOGIN PASSWORD 'x'; ALTER ROLE plain SET search_path = hidden;
      ALTER ROLE postgres SET search_path = hidden`);
  });
  afterAll(() => server.stop());

  async function readAs(user: string, password: string) {
    const { host, port } = server;
    const session = await openSession(
      connectionSettings({ host, port, database: "postgres", user, password }),
      { applicationName: "test", connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 },
    );
    const found = await readServerSearchPath(session);
    await session.close();
    return found;
  }

  it("is read from the settings files, where the last line counts", async () => {
    const { user, password } = server.admin;
    expect(await readAs(user, password)).toEqual({ value: "first", source: "configuration file" });
    await server.query("ALTER SYSTEM SET search_path = pg_catalog, second");
    await server.query("SELECT pg_reload_conf()");
    expect(await readAs(user, password)).toEqual({
      value: "pg_catalog, second",
      source: "configuration file",
    });
  });

  it("is assumed to be the default if the files cannot be read, and says so", async () => {
    expect(await readAs("plain", "x")).toEqual({
      value: '"$user", public',
      source: "assumed; this user may not read the settings files",
    });
  });
});
