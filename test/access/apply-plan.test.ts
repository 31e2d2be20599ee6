import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPlan } from "../../src/access/apply-plan";
import { grantsOf } from "../../src/access/plan";
import { planDelta } from "../../src/access/plan-delta";
import { readAccessState } from "../../src/access/read-state";
import { grantStatement } from "../../src/access/sql";
import type { AccessState } from "../../src/access/state";
import { quoteIdentifier as q } from "../../src/postgres/identifiers";
import { type TestDatabase, testDatabase } from "../preflight/test-database";
import { planFor } from "./plans";

const state: AccessState = {
  role: undefined,
  database: { name: "shop", connect: false, create: false },
  schemas: [schema("missing", false), schema("public", true)],
  related: [],
};

describe("applying a plan", () => {
  it("changes nothing without a role", () => {
    const delta = planDelta(undefined, planFor({ shop: { public: ["app"] } }, { create: false }));
    expect(applyPlan(state, delta ?? { grants: [] })).toEqual(state);
  });

  it("creates the role, and gives it access to existing objects", () => {
    const delta = planDelta(undefined, planFor({ shop: { public: ["app", "gone"], missing: ["app"] } }));
    expect(applyPlan(state, delta ?? { grants: [] })).toEqual({
      role: { name: "ardent", login: true, replication: true, superuser: true },
      database: { name: "shop", connect: true, create: true },
      schemas: [
        state.schemas[0],
        {
          name: "public",
          exists: true,
          usage: true,
          tables: { count: 3, unreadable: 0, examples: [] },
          sequences: { count: 3, unreadable: 0, examples: [] },
          owners: [
            owner("app", { defaultTables: true, defaultSequences: true }),
            owner("etl", {}),
            owner("gone", { exists: false }),
          ],
        },
      ],
      related: [],
    });
  });

  it("does not change other databases, or grants that are only recorded", () => {
    const before = planFor({ shop: { public: [] }, crm: {} });
    const role = { name: "ardent", login: true, replication: true, superuser: true };
    const delta = planDelta(before, planFor({ shop: { public: ["app"] }, crm: { public: ["etl"] } }));
    expect(applyPlan({ ...state, role }, delta ?? { grants: [] })).toEqual({
      ...state,
      role,
      schemas: [
        state.schemas[0],
        {
          ...schema("public", true),
          owners: [
            owner("app", { defaultTables: true, defaultSequences: true }),
            owner("etl", {}),
            owner("gone", { exists: false }),
          ],
        },
      ],
    });
  });
});

describe("applying a plan on a server", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase("apply");
  });
  afterAll(() => db?.drop());

  it("makes the access that applyPlan predicts", async () => {
    const [role, owner] = [db.role("ardent"), db.role("writer")];
    await db.run(`CREATE ROLE ${q(owner)}; CREATE SCHEMA billing; CREATE TABLE billing.t (id serial);
      CREATE TABLE public.u (id serial); ALTER TABLE billing.t OWNER TO ${q(owner)}`);
    const plan = planFor({ [db.name]: { public: [], billing: [owner] } }, { name: role, superuser: false });
    const schemas = plan.databases.flatMap((database) => database.schemas);
    const before = await readAccessState(db.session, role, schemas);
    const delta = planDelta(undefined, plan);
    await db.run(`CREATE ROLE ${q(role)} LOGIN REPLICATION`);
    for (const grant of grantsOf(plan)) await db.run(grantStatement(grant, role));
    const after = await readAccessState(db.session, role, schemas);
    expect(applyPlan(before, delta ?? { grants: [] })).toEqual(after);
    expect(after.schemas.map(({ usage, tables }) => [usage, tables.unreadable])).toEqual([
      [true, 0],
      [true, 0],
    ]);
  });
});

function schema(name: string, exists: boolean): AccessState["schemas"][number] {
  const objects = exists
    ? { count: 3, unreadable: 2, examples: ["a", "b"] }
    : { count: 0, unreadable: 0, examples: [] };
  const owners = exists ? [owner("app", {}), owner("etl", {}), owner("gone", { exists: false })] : [];
  return { name, exists, usage: false, tables: objects, sequences: objects, owners };
}

function owner(name: string, rest: Partial<AccessState["schemas"][number]["owners"][number]>) {
  return {
    name,
    exists: true,
    tables: 1,
    sequences: 1,
    defaultTables: false,
    defaultSequences: false,
    ...rest,
  };
}
