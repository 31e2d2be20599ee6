import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/ardent/schemas";
import { operationProgress } from "../../../src/dynamic/runtime/operation-progress";

describe("the progress lines of an operation", () => {
  const MINUTE = 60_000;
  const states: [milliseconds: number, Partial<Operation>][] = [
    [200, { status: "pending" }],
    [2_500, { stage_label: "Creating the slot", progress: 20 }],
    [4_000, { stage_label: "Copying tables", progress: 30 }],
    [2 * MINUTE + 9_000, { stage_label: "Copying tables", progress: 80 }],
    [61 * MINUTE + 4_000, { status: "completed", progress: 100 }],
  ];

  it("show stage, percentage, the total time, and the time of each ended stage", () => {
    let now = 0;
    const line = operationProgress("setup", () => now);
    const lines = states.map(([milliseconds, state]) => {
      now = milliseconds;
      return line({ id: "op_1", status: "running", ...state });
    });
    expect(lines).toEqual([
      "Ardent: setup: pending",
      'Ardent: setup: Creating the slot (20 %), 2 s in all, "pending" took 2 s',
      'Ardent: setup: Copying tables (30 %), 4 s in all, "Creating the slot" took 1 s',
      "Ardent: setup: Copying tables (80 %), 2 min 9 s in all",
      'Ardent: setup: completed (100 %), 1 h 1 min in all, "Copying tables" took 1 h 1 min',
    ]);
  });
});
