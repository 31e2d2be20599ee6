import { describe, expect, it } from "vitest";
import { grantsOf } from "../../src/access/plan";
import { planDelta } from "../../src/access/plan-delta";
import { planFor } from "./plans";

const recorded = planFor({ shop: { public: ["app"], billing: [] } });

describe("what a deployment changes about access", () => {
  it("is the whole plan on the first install", () =>
    expect(planDelta(undefined, recorded)).toEqual({ role: recorded.role, grants: grantsOf(recorded) }));

  it("is empty when the plan is as recorded, or smaller", () => {
    expect(planDelta(recorded, recorded)).toBeUndefined();
    expect(planDelta(recorded, planFor({ shop: { public: [] } }))).toBeUndefined();
  });

  it("does not depend on the order of properties in the record", () => {
    const [role, databases] = [recorded.role, recorded.databases];
    const { name, create, superuser } = role;
    expect(planDelta({ databases, role: { superuser, create, name } }, recorded)).toBeUndefined();
  });

  it("of a new owner is only its default privileges", () =>
    expect(planDelta(recorded, planFor({ shop: { public: ["app", "etl"], billing: [] } }))).toEqual({
      grants: ["table", "sequence"].map((objectType) => ({
        kind: "default",
        database: "shop",
        schema: "public",
        owner: "etl",
        objectType,
        privileges: ["SELECT"],
      })),
    }));

  it("of a new schema is everything in it", () =>
    expect(
      planDelta(recorded, planFor({ shop: { public: ["app"], billing: [], audit: ["app"] } }))?.grants.map(
        (grant) => `${grant.kind} ${"schema" in grant ? grant.schema : ""}`,
      ),
    ).toEqual(["schema audit", "default audit", "default audit", "objects audit", "objects audit"]));

  it("of a new database leaves the other alone", () =>
    expect(planDelta(recorded, planFor({ shop: { public: ["app"], billing: [] }, crm: {} }))).toEqual({
      grants: [{ kind: "database", database: "crm", privileges: ["CONNECT", "CREATE"] }],
    }));

  it("is the whole plan for another role", () => {
    const wanted = planFor({ shop: { public: ["app"], billing: [] } }, { name: "other" });
    expect(planDelta(recorded, wanted)).toEqual({ role: wanted.role, grants: grantsOf(wanted) });
  });

  it("contains the role when it is altered, but never one that is managed elsewhere", () => {
    const narrow = planFor({ shop: { public: ["app"], billing: [] } }, { superuser: false });
    expect(planDelta(recorded, narrow)).toEqual({ role: narrow.role, grants: [] });
    const foreign = planFor({ shop: {} }, { create: false });
    expect(planDelta(undefined, foreign)).toEqual({ grants: grantsOf(foreign) });
  });
});
