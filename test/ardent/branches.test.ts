import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../src/ardent/client";
import { ArdentApiError } from "../../src/ardent/errors";
import { type Script, startScriptedService } from "../support/scripted-service";

const TOKEN = "sk-ard_test_canary_token_9b1f";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** A service that plays its scripts in turn and repeats the last. */
async function service(...scripts: Script[]) {
  let turn = 0;
  const started = await startScriptedService(
    () => scripts[Math.min(turn++, scripts.length - 1)] as (typeof scripts)[number],
  );
  stops.push(started.stop);
  return started;
}

function clientOf(apiUrl: string): ArdentClient {
  const retry = { attempts: 4, totalMs: 5_000, initialDelayMs: 1 };
  return new ArdentClient({ apiUrl, token: TOKEN, userAgent: "pulumi-ardent/test", retry });
}

async function failure(call: Promise<unknown>): Promise<ArdentApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ArdentApiError);
  return error as ArdentApiError;
}

describe("the creation of a branch", () => {
  const HANDLE = { operation_id: "op_1", resource_id: "br_1", status: "pending", type: "branch_create" };
  const wanted = { connector_id: "con_1", name: "pr-42" };

  it("is sent with its key, and retried with the same key after temporary failures", async () => {
    const { apiUrl, requests } = await service(
      { cut: "before-answer" },
      { status: 503, json: { detail: "could not start the work" } },
      { status: 202, json: HANDLE },
    );
    const creation = await clientOf(apiUrl).branches.create(wanted, "key-1");
    expect(creation).toEqual({ handle: HANDLE, replayed: false });
    expect(requests).toHaveLength(3);
    for (const request of requests) {
      expect(request).toMatchObject({
        method: "POST",
        path: "/v1/branch/create",
        body: { ...wanted, service_type: "postgres" },
        headers: { "x-idempotency-key": "key-1", authorization: `Bearer ${TOKEN}` },
      });
    }
  });

  it("says when the key had been used before", async () => {
    const { apiUrl } = await service({
      status: 202,
      json: HANDLE,
      headers: { "X-Idempotency-Replay": "true" },
    });
    expect((await clientOf(apiUrl).branches.create(wanted, "key-1")).replayed).toBe(true);
  });

  it.each([400, 409, 422])("is not repeated after a %i", async (status) => {
    const { apiUrl, requests } = await service({ status, json: { detail: "no" } });
    const error = await failure(clientOf(apiUrl).branches.create(wanted, "key-1"));
    expect(error).toMatchObject({ status, detail: "no" });
    expect(requests).toHaveLength(1);
  });
});

describe("the list of branches", () => {
  it("keeps unknown fields, and accepts rows that are not ready yet", async () => {
    const rows = [
      { id: "br_1", name: "pr-1", branch_url: null, region: "eu" },
      { id: "br_2", name: "pr-2", branch_url: "postgresql://u:p@h/d", created_at: "2026-11-01T00:00:00Z" },
    ];
    const { apiUrl, requests } = await service({ status: 200, json: rows });
    expect(await clientOf(apiUrl).branches.list("con_1")).toEqual(rows);
    expect(requests[0]?.path).toBe("/v1/branches/con_1");
  });

  it.each([
    "https://evil.example.com/",
    "javascript:alert(1)",
    "postgresql://u:canary-url@h/d\nPATH=/tmp",
    "postgresql://u:canary-url@h/d\u2028x",
    "postgresql://u:canary-url@h/d\u001b[2J",
    "postgresql://u:canary url@h/d",
    "postgresql://",
  ])("rejects %j as a branch's URL, and does not repeat it", async (branch_url) => {
    const { apiUrl } = await service({ status: 200, json: [{ id: "br_1", name: "pr-1", branch_url }] });
    const error = await failure(clientOf(apiUrl).branches.list("con_1"));
    expect(error.detail).toBe("JSON whose fields are not as documented: 0.branch_url (custom)");
    expect(inspect(error, { depth: 9 })).not.toContain("canary-url");
  });

  it("rejects such a URL from an ended creation too", async () => {
    const json = { id: "op_1", status: "completed", result: { branch_url: "postgresql://u@h/d\nA=1" } };
    const { apiUrl } = await service({ status: 200, json });
    const error = await failure(clientOf(apiUrl).operations.get("op_1"));
    expect(error.detail).toBe("JSON whose fields are not as documented: result.branch_url (custom)");
  });

  it("repeats no URL in an error", async () => {
    const { apiUrl } = await service({
      status: 200,
      json: [{ id: 1, name: "pr-1", branch_url: "postgresql://u:canary-url@h/d" }],
    });
    const error = await failure(clientOf(apiUrl).branches.list("con_1"));
    expect(error.detail).toBe("JSON whose fields are not as documented: 0.id (invalid_type)");
    expect(inspect(error, { depth: 9 })).not.toContain("canary-url");
  });
});
