import { describe, expect, it } from "vitest";
import { ArdentApiError, type ArdentErrorCode } from "../../src/ardent/errors";
import { retryCall } from "../../src/ardent/retry";
import type { RetryBounds } from "../../src/with-retries";

const BOUNDS: RetryBounds = { attempts: 4, totalMs: 5_000, initialDelayMs: 1 };

const failure = (code: ArdentErrorCode, retryAfterMs?: number) =>
  new ArdentApiError({
    code,
    operation: "read the connector con_1",
    request: "GET /connectors/con_1",
    host: "api.example.com",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** How many calls were made, and what came of them. */
async function calls(
  failures: readonly unknown[],
  { bounds = BOUNDS, alsoConflicts = false } = {},
): Promise<{ made: number; outcome: unknown }> {
  let made = 0;
  const outcome = await retryCall(bounds, alsoConflicts, async () => {
    const error = failures[made++];
    if (error !== undefined) throw error;
    return "done";
  }).catch((error: unknown) => error);
  return { made, outcome };
}

describe("a retried call", () => {
  it.each(["rate-limited", "unavailable", "unreachable"] as const)("succeeds after %s", async (code) =>
    expect(await calls([failure(code), failure(code)])).toEqual({ made: 3, outcome: "done" }),
  );

  it("fails with its last failure when the attempts are used up", async () => {
    const last = failure("unreachable");
    const unavailable = failure("unavailable");
    expect(await calls([unavailable, unavailable, unavailable, last])).toEqual({ made: 4, outcome: last });
  });

  it.each([
    failure("invalid"),
    failure("not-found"),
    failure("unexpected-reply"),
    failure("conflict"),
    new Error("a bug"),
  ])("is not retried after a permanent failure (%s)", async (error) =>
    expect(await calls([error])).toEqual({ made: 1, outcome: error }),
  );

  it("is retried after a conflict if the API says so", async () =>
    expect(await calls([failure("conflict")], { alsoConflicts: true })).toEqual({
      made: 2,
      outcome: "done",
    }));

  it("is not retried when the wait would end after its time limit", async () => {
    const soon = failure("unavailable");
    const bounds = { ...BOUNDS, totalMs: 1_000, initialDelayMs: 3_000 };
    expect(await calls([soon], { bounds })).toEqual({ made: 1, outcome: soon });
    const asksForTooMuch = failure("rate-limited", 10_000);
    expect(await calls([asksForTooMuch])).toEqual({ made: 1, outcome: asksForTooMuch });
  });
});
