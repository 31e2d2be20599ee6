import { describe, expect, it } from "vitest";
import { renderGithub } from "../../../src/review/render/github";
import { renderSarif } from "../../../src/review/render/sarif";
import { type Review, review } from "../../../src/review/review";
import { RULES } from "../../../src/review/rules/catalog";
import { ALL_HOSTILE, HOSTILE } from "../../support/hostile-text";
import { previewOf, type Step, selectOn, TYPE } from "../digest";

const line = (number: number) => `project:///src/index.ts#${number},1`;
const STEPS: readonly Step[] = [
  { op: "create", type: TYPE.role, after: { name: "ardent", superuser: true }, line: line(7) },
  { op: "create", type: TYPE.defaults, after: selectOn({ owner: "app", schema: undefined }), line: line(9) },
  {
    op: "update",
    type: TYPE.role,
    name: "b",
    before: { name: "b" },
    after: { name: "b" },
    changed: ["password"],
  },
];
const reviewOf = (steps: readonly Step[], accepted: readonly (readonly [string, string])[] = []): Review =>
  review({ preview: previewOf(steps) }, new Map(accepted));

describe("the annotations for GitHub", () => {
  it("are one for each finding, on its line in the repository, by severity", () => {
    expect(renderGithub([reviewOf(STEPS)], "infra/")).toBe(
      [
        '::error file=infra/src/index.ts,line=7,title=superuser-gained::infra/prod: A role becomes a superuser: role "ardent"',
        '::warning file=infra/src/index.ts,line=9,title=global-default-privileges::infra/prod: Default privileges hold in every schema: "reader": SELECT on tables that "app" will create in any schema, database "shop"',
        '::notice title=password-rotated::infra/prod: The password of a role changes: role "b"',
        "",
      ].join("\n"),
    );
  });

  it("leave out what is accepted, and what is more than GitHub shows", () => {
    const accepted = [
      ["superuser-gained", "why"],
      ["password-rotated", "why"],
    ] as const;
    expect(renderGithub([reviewOf(STEPS, accepted)], "").split("\n")).toHaveLength(2);
    const roles = Array.from({ length: 12 }, (_, index) => ({
      op: "create",
      type: TYPE.role,
      name: `${index}`,
      after: { name: `role_${index}`, superuser: true },
    }));
    expect(renderGithub([reviewOf(roles)], "").match(/^::error /gm)).toHaveLength(10);
  });

  it.each([...HOSTILE, "a%0Ab", "x,title=y::z"])("run no other command for the name %j", (text) => {
    const steps = [
      {
        op: "create",
        type: TYPE.role,
        after: { name: text, superuser: true },
        line: `project:///${text.replaceAll("#", "")}#1,1`,
      },
    ];
    const lines = renderGithub([{ ...reviewOf(steps), name: text }], text)
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(1);
    const [, properties = "", message = ""] = /^::error ([^:]*)::(.*)$/.exec(lines[0] ?? "") ?? [];
    expect(properties).toMatch(/^(file=[^,]*,line=1,)?title=superuser-gained$/);
    expect(message).not.toMatch(/%(?!25)|\r/);
  });
});

describe("SARIF", () => {
  const sarif = (reviews: readonly Review[]) =>
    JSON.parse(
      renderSarif(reviews, { folder: "infra", version: "1.2.3", pageUrl: (rule) => `https://x/${rule}` }),
    );

  it("has every rule, and one result for each finding, with a place", () => {
    const { version, runs } = sarif([reviewOf(STEPS, [["password-rotated", "agreed"]])]);
    expect(version).toBe("2.1.0");
    const [{ tool, results }] = runs;
    expect(tool.driver).toMatchObject({ name: "pulumi-ardent", version: "1.2.3" });
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(tool.driver.rules[0]).toMatchObject({ helpUri: "https://x/database-changed" });
    const place = (uri: string, startLine: number) => ({ artifactLocation: { uri }, region: { startLine } });
    expect(results).toMatchObject([
      {
        ruleId: "superuser-gained",
        level: "error",
        locations: [{ physicalLocation: place("infra/src/index.ts", 7) }],
      },
      { ruleId: "global-default-privileges", level: "warning" },
      {
        ruleId: "password-rotated",
        level: "note",
        locations: [{ physicalLocation: place("infra/Pulumi.yaml", 1) }],
        suppressions: [{ kind: "external", justification: "agreed" }],
      },
    ]);
  });

  it("is JSON whatever the names", () => {
    const steps = [
      { op: "create", type: TYPE.role, after: { name: ALL_HOSTILE, superuser: true }, line: line(1) },
    ];
    expect(sarif([{ ...reviewOf(steps), name: ALL_HOSTILE }]).runs[0].results).toHaveLength(1);
  });
});
