import { describe, expect, it } from "vitest";
import {
  keepRecordedOutcomes,
  previewedChecks,
  recordChecks,
  recordedChecks,
  recordServer,
  worsened,
} from "../../../src/dynamic/preflight/recorded-checks";
import { UNKNOWN } from "../../../src/dynamic/provider";
import type { Outcome } from "../../../src/preflight/check/check";
import type { CheckResult, PreflightReport } from "../../../src/preflight/report";

function results(outcomes: Record<string, Outcome>): CheckResult[] {
  return Object.entries(outcomes).map(([id, outcome]) => ({
    id,
    category: "server",
    title: id,
    severity: "error",
    outcome,
    message: "",
    findings: [],
    findingCount: 0,
    docs: "",
  }));
}

describe("what is recorded of the checks", () => {
  it("on first install is everything that was judged", () => {
    const outcomes = {
      "wal-level": "pass",
      "read-tables": "pending",
      wal2json: "skipped",
      tls: "unknown",
    } as const;
    expect(recordChecks(undefined, results(outcomes))).toEqual({ "wal-level": "pass" });
  });

  it("changes when a check got worse or better", () => {
    const recorded = { "wal-level": "pass", "read-tables": "fail" } as const;
    expect(recordChecks(recorded, results({ "wal-level": "fail", "read-tables": "pass" }))).toEqual({
      "wal-level": "fail",
      "read-tables": "pass",
    });
  });

  it("stays when the source cannot be judged", () => {
    const recorded = { "wal-level": "pass", "read-tables": "fail" } as const;
    expect(recordChecks(recorded, results({ "wal-level": "unknown", "read-tables": "skipped" }))).toEqual(
      recorded,
    );
  });

  it("stays when this run's own login or token was rejected, unless the change makes the update fail", () => {
    const recorded = { "ardent-access": "pass" } as const;
    const refused = results({ "ardent-access": "fail" }).map((row) => ({ ...row, refused: true as const }));
    expect(recordChecks(recorded, refused)).toEqual(recorded);
    expect(recordChecks(undefined, refused)).toEqual({});
    expect(recordChecks(recorded, refused, true)).toEqual({ "ardent-access": "fail" });
    expect(worsened(recorded, refused).map(({ id }) => id)).toEqual(["ardent-access"]);
  });

  it("stays when only the deployment can tell", () => {
    const recorded = { "role-password": "pass", "schemas-exist": "pass" } as const;
    const pending = results({ "role-password": "pending", "schemas-exist": "pending", login: "pending" });
    expect(recordChecks(recorded, pending)).toEqual(recorded);
  });

  it("stays when a new release brings a check that passes, or the connector has been created", () => {
    const recorded = { "wal-level": "pass" } as const;
    expect(recordChecks(recorded, results({ "wal-level": "pass", "ardent-slot": "pass" }))).toEqual(recorded);
  });

  it("includes a new check when it fails", () => {
    const recorded = { "wal-level": "pass" } as const;
    expect(recordChecks(recorded, results({ "wal-level": "pass", "ardent-slot": "fail" }))).toEqual({
      "wal-level": "pass",
      "ardent-slot": "fail",
    });
  });
});

describe("what a preview leaves open for the deployment", () => {
  const outcomes = {
    "wal-level": "pass",
    "read-tables": "pending",
    wal2json: "skipped",
    tls: "unknown",
  } as const;

  it("is on first install everything that was not judged", () => {
    expect(previewedChecks(undefined, results(outcomes))).toEqual({
      "wal-level": "pass",
      "read-tables": UNKNOWN,
      wal2json: UNKNOWN,
      tls: UNKNOWN,
    });
  });

  it("is later what is pending", () => {
    const recorded = { "wal-level": "pass", "read-tables": "pass", tls: "pass" } as const;
    expect(previewedChecks(recorded, results(outcomes))).toEqual({ ...recorded, "read-tables": UNKNOWN });
  });
});

describe("what a state has recorded", () => {
  it("is nothing before the first run, and the outcomes after it", () => {
    expect(recordedChecks({})).toBeUndefined();
    expect(recordedChecks({ checks: { "wal-level": "pass", tls: "warn" } })).toEqual({
      "wal-level": "pass",
      tls: "warn",
    });
  });

  it.each(["degraded", "constructor", 3, null])(
    "hides no drift if it has an outcome of a newer release: %s",
    (word) => {
      const recorded = recordedChecks({ checks: { "wal-level": word, tls: "fail" } });
      expect(worsened(recorded, results({ "wal-level": "fail", tls: "fail" })).map(({ id }) => id)).toEqual([
        "wal-level",
      ]);
    },
  );

  it("hides no drift if it is invalid", () => {
    const drift = worsened(recordedChecks({ checks: "none" }), results({ "wal-level": "fail" }));
    expect(drift.map(({ id }) => id)).toEqual(["wal-level"]);
  });
});

describe("a check about the moment of the run", () => {
  const pointInTime = (outcome: Outcome) =>
    results({ "idle-transactions": outcome }).map((result) => ({ ...result, pointInTime: true as const }));

  it("is never recorded, so its changes are no drift", () => {
    for (const outcome of ["pass", "warn", "fail"] as const) {
      expect(recordChecks(undefined, pointInTime(outcome))).toEqual({});
      expect(
        recordChecks({ "wal-level": "pass", "idle-transactions": "pass" }, pointInTime(outcome)),
      ).toEqual({});
    }
  });

  it("is no drift", () => {
    expect(worsened({}, pointInTime("warn"))).toEqual([]);
    expect(worsened({ "idle-transactions": "pass" }, pointInTime("fail"))).toEqual([]);
  });
});

describe("drift", () => {
  it("is only what is worse than recorded", () => {
    const recorded = { "wal-level": "pass", "read-tables": "fail", "lock-capacity": "pass" } as const;
    const now = {
      "wal-level": "fail",
      "read-tables": "fail",
      "lock-capacity": "warn",
      tls: "unknown",
    } as const;
    expect(worsened(recorded, results(now)).map(({ id }) => id)).toEqual(["wal-level", "lock-capacity"]);
  });

  it("does not include what this deployment fixes", () => {
    expect(worsened({ "schema-usage": "pass" }, results({ "schema-usage": "pending" }))).toEqual([]);
  });
});

describe("which cluster is recorded", () => {
  const then = { systemIdentifier: "7", timeline: 1, major: 15 };
  const now = { systemIdentifier: "7", timeline: 2, major: 15 };
  const seen = (slot: Outcome, cluster: typeof now | undefined) =>
    ({ source: { cluster }, checks: results({ "ardent-slot": slot }) }) as unknown as PreflightReport;

  it("is the one that responds", () => {
    expect(recordServer(undefined, seen("skipped", now))).toEqual(now);
    expect(recordServer(then, seen("pass", now))).toEqual(now);
  });

  it("stays the one that had the slot, while the slot is missing", () => {
    expect(recordServer(then, seen("fail", now))).toEqual(then);
    expect(recordServer(undefined, seen("fail", now))).toBeUndefined();
  });

  it("stays the same while it is not known whether the slot is there", () => {
    expect(recordServer(then, seen("unknown", now))).toEqual(then);
    const waiting = seen("skipped", now);
    const checks = waiting.checks.map((check) => ({ ...check, needs: "login" }));
    expect(recordServer(then, { ...waiting, checks })).toEqual(then);
  });

  it("does not change when the server cannot be read", () => {
    expect(recordServer(then, seen("unknown", undefined))).toEqual(then);
  });
});

describe("a worse check that a rotation ignores", () => {
  it("stays recorded with its earlier outcome", () => {
    expect(keepRecordedOutcomes({ tls: "warn" }, results({ tls: "fail", "wal-level": "fail" }))).toEqual({
      tls: "warn",
      "wal-level": "pass",
    });
  });
});
