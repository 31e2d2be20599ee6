import { describe, expect, it } from "vitest";
import { parseFamilies } from "../../../src/preflight/facts/facts-schema";
import { factsWith, noAccess } from "../sample-facts";

const held = (privilege: string) => ({
  kind: "read" as const,
  value: [
    {
      grant: { kind: "schema", database: "shop", schema: "public", privileges: ["USAGE"] },
      privileges: [{ privilege, grantable: false }],
      count: 1,
      all: true,
      examples: [],
    },
  ],
});

describe("the data of a server for a family of facts", () => {
  it("is not changed if Postgres could return it", () => {
    const { access } = factsWith({ kind: "read", value: noAccess });
    const said = { access, held: held("CREATE") };
    expect(parseFamilies(said)).toEqual(said);
  });

  it.each(["CREATE ON SCHEMA public TO PUBLIC; \\! id", "constructor", "create"])(
    "is unknown if it contains the privilege %s, and only then",
    (privilege) => {
      const { access } = factsWith({ kind: "read", value: noAccess });
      expect(parseFamilies({ access, held: held(privilege) })).toEqual({
        access,
        held: {
          kind: "unknown",
          reason: "the server returned values that Postgres never returns: 0.privileges.0.privilege",
        },
      });
    },
  );

  it("does not change a reason", () => {
    const families = { hba: { kind: "skipped", reason: "not asked for" } } as const;
    expect(parseFamilies(families)).toEqual(families);
  });
});
