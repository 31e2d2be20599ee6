import { describe, expect, it } from "vitest";
import { leftoverStatements } from "../../../src/preflight/fixes/leftover-statements";

describe("the statements that remove leftovers of replication", () => {
  it("drop the triggers first and the schema last, but no slots of other tools", () => {
    expect(
      leftoverStatements({
        database: "O'Shop",
        schema: true,
        eventTriggers: ['pgstream_"odd"'],
        otherEventTriggers: [{ name: "pgstream_audit", function: "public.audit" }],
        slots: [
          { name: "audit", pgstream: false, active: true },
          { name: "pgstream_o'shop_slot", pgstream: true, active: false },
        ],
      }),
    ).toEqual([
      'DROP EVENT TRIGGER "pgstream_""odd""";',
      "SELECT pg_catalog.pg_drop_replication_slot('pgstream_o''shop_slot');",
      "DROP SCHEMA pgstream CASCADE;",
    ]);
  });

  it("are none where nothing is left", () => {
    expect(
      leftoverStatements({
        database: "shop",
        schema: false,
        eventTriggers: [],
        otherEventTriggers: [],
        slots: [],
      }),
    ).toEqual([]);
  });
});
