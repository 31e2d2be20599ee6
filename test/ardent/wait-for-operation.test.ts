import { afterEach, describe, expect, it } from "vitest";
import { ArdentClient } from "../../src/ardent/client";
import { ArdentApiError } from "../../src/ardent/errors";
import { describeOperation, type WaitOptions, waitForOperation } from "../../src/ardent/wait-for-operation";
import { type Script, type ScriptedService, startScriptedService } from "../support/scripted-service";

let running: ScriptedService | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** Waits for an operation whose answers are these, in turn; the last is repeated. */
async function wait(answers: Script[], options: Partial<WaitOptions> = {}) {
  let turn = 0;
  running = await startScriptedService(() => answers[Math.min(turn++, answers.length - 1)] as Script);
  const client = new ArdentClient({
    apiUrl: running.apiUrl,
    token: "t",
    userAgent: "test",
    retry: { attempts: 1, totalMs: 1_000, initialDelayMs: 1 },
  });
  const lines: string[] = [];
  const end = await waitForOperation(
    client,
    { operation_id: "op_1" },
    {
      timeoutMs: 60_000,
      pollMs: 1,
      onProgress: (operation) => lines.push(describeOperation(operation)),
      ...options,
    },
  );
  return { end, lines };
}

function state(status: string, fields: Record<string, unknown> = {}): Script {
  return { status: 200, json: { id: "op_1", status, type: "connector_engine_setup", ...fields } };
}

describe("waiting for an operation", () => {
  it("uses long polling, and reports each change once", async () => {
    const { end, lines } = await wait([
      state("pending"),
      state("running", { stage: "snapshot", stage_label: "copying tables", progress: 10 }),
      state("running", { stage: "snapshot", stage_label: "copying tables", progress: 10 }),
      state("running", { stage: "snapshot", stage_label: "copying tables", progress: 60 }),
      state("completed", { stage_label: "ready", progress: 100, result: { tables: 3 } }),
    ]);
    expect(lines).toEqual(["pending", "copying tables (10 %)", "copying tables (60 %)", "ready (100 %)"]);
    expect(end).toMatchObject({ outcome: "completed", operation: { result: { tables: 3 } } });
    expect(running?.requests[0]).toMatchObject({ method: "GET", path: "/v1/operations/op_1" });
    expect(running?.requests[0]?.query.get("wait")).toBe("1");
  });

  it("returns the service's error when it failed", async () => {
    const { end } = await wait([state("failed", { error: "slot lost", stage: "snapshot" })]);
    expect(end).toMatchObject({ outcome: "failed", operation: { error: "slot lost", stage: "snapshot" } });
  });

  it("continues while a status is unknown, and ends when the operation has ended", async () => {
    const { end, lines } = await wait([
      state("paused_by_operator"),
      state("archived", { completed_at: "2026-11-22T00:00:00Z" }),
    ]);
    expect(lines).toEqual(["paused_by_operator", "archived"]);
    expect(end).toMatchObject({ outcome: "unrecognized", operation: { status: "archived" } });
  });

  it("stops waiting for a running operation when the time is up", async () => {
    const { end } = await wait([state("running", { progress: 40 })], { timeoutMs: 0 });
    expect(end).toMatchObject({ outcome: "timed-out", operation: { progress: 40 } });
    expect(running?.requests).toHaveLength(1);
  });

  it("survives a temporary outage of the service", async () => {
    const { end } = await wait(
      [
        state("running"),
        { status: 503, text: "<html>maintenance</html>" },
        { cut: "before-answer" },
        state("completed"),
      ],
      { outageMs: 60_000 },
    );
    expect(end.outcome).toBe("completed");
  });

  it("ends after a long outage of the service", async () => {
    const waiting = wait([{ status: 503, json: { detail: "down" } }], { outageMs: 0 });
    await expect(waiting).rejects.toMatchObject({ code: "unavailable", detail: "down" });
  });

  it("ends at once when the token is rejected in between", async () => {
    const waiting = wait([state("running"), { status: 401, json: { detail: "token expired" } }]);
    await expect(waiting).rejects.toBeInstanceOf(ArdentApiError);
    expect(running?.requests).toHaveLength(2);
  });

  it("can be aborted", async () => {
    const abortion = new AbortController();
    const waiting = wait([state("running")], {
      signal: abortion.signal,
      onProgress: () => abortion.abort(new Error("called off")),
    });
    await expect(waiting).rejects.toThrow();
    expect(running?.requests.length).toBeLessThanOrEqual(2);
  });
});
