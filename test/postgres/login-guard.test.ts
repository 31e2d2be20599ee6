import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionProblem } from "../../src/postgres/connection-problem";
import { type ConnectionSettings, connectionSettings } from "../../src/postgres/connection-settings";
import { openSession } from "../../src/postgres/session";
import { MAJORS, type PostgresServer, startPostgres } from "../support/postgres";

const PASSWORD = "canary-password";

describe.each(MAJORS)("a login at Postgres %i", (major) => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres({
      major,
      hba: [
        "host all postgres all scram-sha-256",
        "host all cleartext all password",
        "host all hashed all md5",
        "host all trusted all trust",
        "host all scram all scram-sha-256",
      ],
    });
    for (const role of ["cleartext", "scram", "trusted"])
      await postgres.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    await postgres.query(`SET password_encryption = 'md5'; CREATE ROLE hashed LOGIN PASSWORD '${PASSWORD}'`);
  });
  afterAll(() => postgres.stop());

  /** The user that is logged in, or the code of the failure. */
  async function login(user: string, how: Partial<ConnectionSettings> = {}): Promise<unknown> {
    const { caCertificate, port } = postgres;
    const settings = connectionSettings({
      ...{ host: "localhost", port, database: "postgres", user, password: PASSWORD, caCertificate },
      ...how,
    });
    try {
      const session = await openSession(settings, {
        applicationName: "test",
        connectTimeoutMs: 20_000,
        statementTimeoutMs: 20_000,
      });
      const [row] = await session.query<{ user: string }>("SELECT current_user AS user");
      await session.close();
      return row?.user;
    } catch (error) {
      return connectionProblem(error, settings) === undefined ? error : (error as { code: string }).code;
    }
  }

  it.each(["disable", "require", "verify-ca"] as const)(
    "sends no password in clear text with sslmode %s, which verifies no host",
    async (sslMode) => expect(await login("cleartext", { sslMode })).toBe("CLEARTEXT_PASSWORD"),
  );

  it("sends it in clear text to a fully verified server", async () =>
    expect(await login("cleartext", { sslMode: "verify-full" })).toBe("cleartext"));

  it("accepts md5 and scram-sha-256 with require", async () => {
    expect(await login("hashed", { sslMode: "require" })).toBe("hashed");
    expect(await login("scram", { sslMode: "require" })).toBe("scram");
  });

  it("is bound to the TLS connection if that is required, or fails", async () => {
    const bound = { sslMode: "require", channelBinding: "require" } as const;
    expect(await login("scram", bound)).toBe("scram");
    for (const user of ["cleartext", "hashed", "trusted"])
      expect(await login(user, bound)).toBe("CHANNEL_BINDING");
    expect(await login("cleartext", { ...bound, sslMode: "verify-full" })).toBe("CHANNEL_BINDING");
  });
});
