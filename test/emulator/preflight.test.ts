import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { OpenApiClient } from "../support/openapi-client";
import { type PostgresServer, startPostgres } from "../support/postgres";

let emulator: Emulator;
let server: PostgresServer;
beforeAll(async () => {
  [emulator, server] = await Promise.all([startEmulator(), startPostgres({ major: 17, ready: false })]);
});
afterAll(async () => {
  await emulator.close();
  await server.stop();
});

async function preflight(url: string): Promise<Record<string, { passed: boolean | null; message: string }>> {
  const { body } = await new OpenApiClient(emulator).call("POST", "/v1/connectors/preflight", {
    service_name: "postgresql",
    connection_details: { url },
  });
  expect(body.preflight_pass).toBe(false);
  return body.checks;
}

describe("preflight of a server as initdb leaves it", () => {
  test("fails for the WAL level, and does not try the plugin", async () => {
    const checks = await preflight(server.url());
    expect(checks.wal_level).toEqual({ passed: false, message: "actual: replica" });
    expect(checks.wal2json?.passed).toBeNull();
    expect(checks.is_writer?.passed).toBe(true);
    expect(checks.auth?.passed).toBe(true);
  });

  test("fails at the login for a wrong password, which it does not repeat", async () => {
    const checks = await preflight(server.url("postgres", "postgres", "canary-3c9"));
    expect(checks.tcp_reachable?.passed).toBe(true);
    expect(checks.auth).toEqual({ passed: false, message: expect.stringContaining("28P01") });
    expect(checks.is_writer?.passed).toBeNull();
    expect(JSON.stringify(checks)).not.toContain("canary-3c9");
  });

  test("fails for a database that is not there", async () => {
    const checks = await preflight(server.url("nowhere"));
    expect(checks.auth?.message).toContain("3D000");
  });
});
