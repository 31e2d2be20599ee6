import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { UserError } from "../../src/errors";
import { OpenApiClient } from "../support/openapi-client";

let emulator: Emulator;
let api: OpenApiClient;
beforeAll(async () => {
  emulator = await startEmulator({ projectName: "shop" });
  api = new OpenApiClient(emulator);
});
afterAll(() => emulator.close());

describe("a request without a valid token", () => {
  test.each([
    ["no token", { Authorization: "" }],
    ["a wrong token", { Authorization: "Bearer sk-ard_test_wrong" }],
    ["another scheme", { Authorization: "Basic c2stYXJk" }],
  ])("is refused with 401: %s", async (_, headers) => {
    for (const path of [
      `/v1/projects/${emulator.projectId}`,
      "/emulator/connectors/con_1/changes",
      "/nowhere",
    ]) {
      const reply = await api.send("GET", path, undefined, headers);
      expect(reply).toEqual({ status: 401, body: { detail: expect.any(String) } });
    }
  });
});

describe("a guess of the token", () => {
  test("is rejected even if it shares the beginning or the end of the token, differs only in case, or is longer", async () => {
    const { token } = emulator;
    const guesses = [
      token.slice(0, -1),
      token.slice(1),
      `${token}0`,
      token.toUpperCase(),
      `${token} ${token}`,
    ];
    for (const guess of guesses) {
      const headers = { Authorization: `Bearer ${guess}` };
      expect((await api.send("GET", "/v1/projects", undefined, headers)).status, guess).toBe(401);
    }
  });
});

describe("a request that cannot be served", () => {
  test("gets 404 for a path, a project, a connector or an operation that does not exist", async () => {
    expect((await api.send("GET", "/v1/nowhere")).status).toBe(404);
    for (const path of ["/v1/projects/prj_0", "/v1/connectors/con_0", "/v1/operations/op_0"]) {
      const reply = await api.call("GET", path);
      expect(reply.status).toBe(404);
      expect(reply.body.detail).toContain(path.split("/").at(-1));
    }
    expect((await api.call("DELETE", "/v1/connectors/con_0")).status).toBe(404);
    expect((await api.call("POST", "/v1/connectors/con_0/engine-setup")).status).toBe(404);
  });

  test("gets 405 and the methods of the path", async () => {
    const response = await fetch(`${emulator.url}/connectors/con_0`, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${emulator.token}` },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, PUT, DELETE");
    const preflight = await fetch(`${emulator.url}/connectors/preflight`, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${emulator.token}` },
    });
    expect(preflight.headers.get("allow")).toBe("POST");
    expect(await response.json()).toEqual({ detail: "Method Not Allowed" });
  });

  test("gets 413 when the body is too large", async () => {
    const body = { name: "x".repeat(1024 * 1024), org_id: null };
    expect((await api.send("POST", "/v1/projects", body)).status).toBe(413);
  });

  test("gets 413 for a large body without a length", async () => {
    const chunks = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(64 * 1024))),
    });
    const response = await fetch(`${emulator.url}/projects`, {
      method: "POST",
      headers: { Authorization: `Bearer ${emulator.token}` },
      body: chunks,
      duplex: "half",
    });
    expect(response.status).toBe(413);
  });

  test("gets every mistake in the body, with its place but not its value", async () => {
    const reply = await api.call("POST", "/v1/connectors", {
      name: 1,
      connection_details: "postgresql://u:canary-5e1@h/d",
      drop_extensions: ["a", 2],
    });
    expect(reply.status).toBe(422);
    expect(reply.body.detail).toEqual([
      { loc: ["body", "service_name"], msg: "Field required", type: "missing" },
      expect.objectContaining({ loc: ["body", "connection_details"], type: "invalid_type" }),
      { loc: ["body", "project_id"], msg: "Field required", type: "missing" },
      expect.objectContaining({ loc: ["body", "name"], type: "invalid_type" }),
      expect.objectContaining({ loc: ["body", "drop_extensions", 1], type: "invalid_type" }),
    ]);
    expect(JSON.stringify(reply.body)).not.toContain("canary-5e1");
  });

  test("gets an error if the body is not JSON", async () => {
    const reply = await api.send("POST", "/v1/projects", "{name:");
    expect(reply.status).toBe(422);
    expect(reply.body.detail).toEqual([expect.objectContaining({ loc: ["body"], type: "json_invalid" })]);
  });

  test("gets an error for an invalid query", async () => {
    const missing = await api.call("GET", "/v1/connectors");
    expect(missing.body.detail[0]).toMatchObject({ loc: ["query", "org_id"], type: "missing" });
  });
});

describe("projects", () => {
  test("exist from the start", async () => {
    const { status, body } = await api.call("GET", `/v1/projects/${emulator.projectId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: emulator.projectId, org_id: emulator.orgId, name: "shop" });
    const list = await api.call("GET", `/v1/projects?org_id=${emulator.orgId}`);
    expect(list.body.projects).toContainEqual(body);
  });

  test("can be created once under a name", async () => {
    const created = await api.call("POST", "/v1/projects", { name: "billing" });
    expect(created.status).toBe(201);
    expect((await api.call("GET", `/v1/projects/${created.body.id}`)).body).toEqual(created.body);
    const again = await api.call("POST", "/v1/projects", { name: "billing" });
    expect(again.status).toBe(409);
    expect(again.body.detail).toContain("billing");
  });

  test("of another organization are not shown", async () => {
    for (const path of ["/v1/projects", "/v1/connectors"]) {
      const { status, body } = await api.call("GET", `${path}?org_id=org_other`);
      expect(status).toBe(422);
      expect(body.detail).toEqual([
        { loc: ["query", "org_id"], msg: "You are not a member of org_other", type: "not_a_member" },
      ]);
    }
  });
});

describe("a source that cannot be used", () => {
  const preflight = (connection_details: unknown, more = {}) =>
    api.call("POST", "/v1/connectors/preflight", { service_name: "postgresql", connection_details, ...more });

  test.each([
    ["no URL", {}, /url is missing/],
    ["another scheme", { url: "mysql://u:canary-7b2@h/d" }, /postgres/],
    ["an unreadable URL", { url: "postgresql://u:canary-7b2@h:port/d" }, /The connection URL is invalid/],
    ["no host", { url: "postgresql:///d?password=canary-7b2" }, /The connection URL is invalid/],
    [
      "a file of the service's",
      { url: "postgresql://u:canary-7b2@h/d?sslrootcert=/etc/passwd" },
      /sslrootcert/,
    ],
  ])("is refused with 400: %s", async (_, details, message) => {
    const reply = await preflight(details);
    expect(reply.status).toBe(400);
    expect(reply.body.detail).toMatch(message);
    expect(reply.body.detail).not.toContain("canary-7b2");
    expect(reply.body.detail).not.toContain("\n");
  });

  test("is refused with 400 for another service, an environment or an unknown project", async () => {
    const details = { url: "postgresql://u:p@127.0.0.1:1/d" };
    expect((await preflight(details, { service_name: "mysql" })).status).toBe(400);
    expect((await preflight(details, { use_environment: true })).status).toBe(400);
    const body = { service_name: "postgresql", connection_details: details, name: "shop" };
    expect((await api.call("POST", "/v1/connectors", { ...body, project_id: "prj_0" })).status).toBe(400);
  });

  test("fails preflight at the first step, and no connector is made", async () => {
    const connection_details = { url: `postgresql://u:canary-7b2@127.0.0.1:${await closedPort()}/d` };
    const report = await preflight(connection_details);
    expect(report.status).toBe(200);
    expect(report.body.preflight_pass).toBe(false);
    expect(report.body.checks.tcp_reachable).toEqual({
      passed: false,
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(report.body.checks.auth.passed).toBeNull();
    const created = await api.call("POST", "/v1/connectors", {
      service_name: "postgresql",
      connection_details,
      name: "shop",
      project_id: emulator.projectId,
    });
    expect(created).toEqual({ status: 422, body: report.body });
    expect(JSON.stringify(created.body)).not.toContain("canary-7b2");
    const list = await api.call("GET", `/v1/connectors?org_id=${emulator.orgId}`);
    expect(list.body.connectors).toEqual([]);
  });
});

describe("starting", () => {
  test("listens on 127.0.0.1 unless told otherwise", async () => {
    expect(new URL(emulator.url).hostname).toBe("127.0.0.1");
    const other = await startEmulator({ host: "127.0.0.2" });
    expect(new URL(other.url).hostname).toBe("127.0.0.2");
    expect((await new OpenApiClient(other).call("GET", `/v1/projects/${other.projectId}`)).status).toBe(200);
    await other.close();
  });

  test("says that an address is not this machine's", async () => {
    // Reserved for documentation (RFC 5737).
    const starting = startEmulator({ host: "192.0.2.1" });
    await expect(starting).rejects.toThrow(UserError);
    await expect(starting).rejects.toThrow(/192\.0\.2\.1[\s\S]*--host/);
  });

  test("says that a port is taken", async () => {
    const port = Number(new URL(emulator.url).port);
    await expect(startEmulator({ port })).rejects.toThrow(/EADDRINUSE[\s\S]*fix: +.*--port/);
  });

  test("uses the caller's token, or generates a test token", async () => {
    expect(emulator.token).toMatch(/^sk-ard_test_[0-9a-f]{48}$/);
    const other = await startEmulator({ token: "sk-ard_test_mine" });
    const reply = await new OpenApiClient(other).call("GET", `/v1/projects/${other.projectId}`);
    expect(reply.status).toBe(200);
    await other.close();
  });
});

/** A port of loopback without a listener. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address.port;
}
