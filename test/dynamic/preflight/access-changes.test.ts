import { describe, expect, it } from "vitest";
import { accessChanges } from "../../../src/dynamic/preflight/access-changes";
import { preflightSchema } from "../../../src/dynamic/preflight/preflight-inputs";
import { UNKNOWN } from "../../../src/dynamic/provider";

const inputs = (role: Record<string, unknown> = {}, schemas: readonly string[] = ["public", "billing"]) =>
  preflightSchema.parse({
    source: { host: "db.example.com", database: "shop" },
    admin: { user: "postgres" },
    role: { name: "ardent", password: "first", ...role },
    schemas: Object.fromEntries(schemas.map((schema) => [schema, {}])),
    connector: { projectId: "prj_1", name: "shop" },
  });
const changes = (
  before: ReturnType<typeof inputs> | undefined,
  after: ReturnType<typeof inputs>,
  { notKnown = [], selection }: { notKnown?: string[]; selection?: string[] | undefined } = {},
) => accessChanges(before, { inputs: after, notKnown }, selection);

describe("what a preview says of access", () => {
  it("is nothing for a first deployment, and for one that changes none", () => {
    expect(changes(undefined, inputs())).toEqual([]);
    expect(changes(inputs(), inputs())).toEqual([]);
  });

  it("names SUPERUSER when it is gained or lost, and not before it is known", () => {
    const narrow = inputs({ superuser: false });
    expect(changes(narrow, inputs())).toEqual(["role ardent: gains SUPERUSER"]);
    expect(changes(inputs(), narrow)).toEqual(["role ardent: loses SUPERUSER"]);
    expect(changes(narrow, inputs(), { notKnown: ["role.superuser"] })).toEqual([]);
  });

  it("says that a password is rotated, or may be, without it", () => {
    expect(changes(inputs(), inputs({ password: "second" }))).toEqual(["role ardent: password rotated"]);
    expect(changes(inputs(), inputs({ password: UNKNOWN }))).toEqual([
      "role ardent: password may be rotated: it is not known before the deployment",
    ]);
  });

  it("says nothing of another role, or of one that is managed elsewhere", () => {
    const other = { password: "second", superuser: false };
    expect(changes(inputs(), inputs({ ...other, name: "other" }))).toEqual([]);
    expect(changes(inputs({ create: false }), inputs({ ...other, create: false }))).toEqual([]);
  });

  it.each([
    [["*"], "its tables are still replicated, because connector.selection is every table of the database"],
    [["billing.bills", "public.a"], "still replicated, because connector.selection has them: billing.bills"],
    [["public.a", "billings.b"], "its tables are not replicated: connector.selection has none of them"],
    [undefined, "its tables are still replicated if connector.selection has them"],
  ])("says whether the tables of a schema that is taken out are still replicated: %j", (selection, says) => {
    const [line, ...others] = changes(inputs(), inputs({}, ["public"]), { selection });
    expect(others).toEqual([]);
    expect(line).toContain(`schema billing: its grants are revoked; ${says}`);
  });
});
