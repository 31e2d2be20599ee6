import { describe, expect, it } from "vitest";
import { isSelected } from "../../src/ardent/paths";
import { discoveredTables, tablesToDecide } from "../../src/ardent/replica-identity";

const ROW = { id: "con_1", org_id: "org_1", name: "shop", service_name: "postgresql" };

describe("which tables need a decision", () => {
  it("is read from a discovery", () => {
    const tables = [
      { path: "public.orders", usable_replica_identity: true },
      { path: "public.events", usable_replica_identity: false },
    ];
    const result = {
      schemas: [
        { name: "public", tables },
        { name: "empty", tables: [] },
      ],
    };
    expect(discoveredTables({ result })).toEqual({
      all: ["public.orders", "public.events"],
      withoutIdentity: ["public.events"],
    });
  });

  it("is read from a connector's row, as names or as objects", () => {
    const row = (tables: unknown[]) => ({ ...ROW, replica_identity_preflight: { tables } });
    expect(tablesToDecide(row(["public.events"]))).toEqual(["public.events"]);
    expect(tablesToDecide(row([{ table: "public.events", decision: null }]))).toEqual(["public.events"]);
  });

  it("is unknown from anything else", () => {
    expect(discoveredTables({ result: { table_count: 3 } })).toBeUndefined();
    expect(discoveredTables({})).toBeUndefined();
    expect(tablesToDecide(ROW)).toBeUndefined();
    expect(tablesToDecide({ ...ROW, replica_identity_preflight: null })).toBeUndefined();
  });
});

describe("a selection", () => {
  it.each([
    [["*"], "public.events", true],
    [["public.events"], "public.events", true],
    [["public.events"], "public.events_2026", false],
    [["billing.*"], "billing.invoices", true],
    [["billing.*"], "billing2.invoices", false],
    [[], "public.events", false],
  ])("%j covers %s: %s", (selection, table, covered) => {
    expect(isSelected(selection, table)).toBe(covered);
  });
});
