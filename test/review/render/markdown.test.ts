import { describe, expect, it } from "vitest";
import { renderJson } from "../../../src/review/render/json";
import { FORGES } from "../../../src/review/render/limits";
import { renderMarkdown } from "../../../src/review/render/markdown";
import { renderShort } from "../../../src/review/render/short";
import { type Review, review } from "../../../src/review/review";
import { UNKNOWN } from "../../../src/unknown-value";
import { expectHarmless, HOSTILE } from "../../support/hostile-text";
import { previewOf, STACK, type Step, selectOn, sourceArgs, TYPE } from "../digest";
import { outsideCode } from "./outside-code";

const NONE = new Map<string, string>();
const reviewOf = (steps: readonly Step[], more: object = {}, name?: string): Review =>
  review({ preview: previewOf(steps, more), ...(name === undefined ? {} : { name }) }, NONE);
const markdown = (reviews: readonly Review[], limit: number = FORGES.github) =>
  renderMarkdown(reviews, { limit, pageUrl: () => undefined });

/** What a reader, a browser or a forge would fall for. */
const MARKUP = [
  "<img src=x onerror=alert(1)>",
  "@all",
  "`",
  "``x```",
  "a|b",
  "](http://x)",
  "$(id)",
  "</details>",
  "/close",
  "#1",
  "--><!--",
  "",
];

describe.each([...MARKUP, ...HOSTILE])("the name %j", (text) => {
  const name = `canary${text}canary`;
  const steps: Step[] = [
    {
      op: "create",
      type: TYPE.role,
      name,
      after: { name, superuser: true, roles: [name] },
      line: `project:///${name.replaceAll("#", "")}#1,1`,
    },
    {
      op: "create",
      type: TYPE.grant,
      name,
      after: selectOn({ role: name, database: name, schema: name, objects: [name] }),
    },
    {
      op: "create",
      type: TYPE.grant,
      name: "c",
      after: selectOn({ role: name, objectType: "column", objects: [name], columns: [name] }),
    },
    { op: "create", type: TYPE.defaults, name, after: selectOn({ owner: name, schema: name, role: name }) },
    { op: "create", type: TYPE.schema, name, after: { name, database: name, owner: name } },
    { op: "create", type: TYPE.database, name, after: { name, owner: name } },
    {
      op: "update",
      type: TYPE.source,
      name,
      before: sourceArgs({ schemas: { [name]: {} } }),
      after: sourceArgs({ host: name, sslMode: "disable" }),
    },
    { op: "delete", type: TYPE.connector, name, before: { connectorName: name, source: { database: name } } },
    {
      op: "create",
      type: TYPE.preflight,
      name,
      after: { source: { database: name }, onFailure: "warn", checks: { [name]: "fail" } },
    },
    { op: "create", type: name, name, after: {} },
  ];
  const diagnostics = ["error", "warning", "info"].map((severity) => ({
    severity,
    message: `${name}\n${name}`,
  }));
  const one = {
    ...reviewOf(steps, { diagnostics }, name),
    violations: [{ policy: name, pack: name, mandatory: true, message: name }],
  };

  it("is only in code, and harmless", () => {
    for (const text of [markdown([one]), markdown([one, { ...one, name: `${name}2` }])]) {
      expect(text).toContain("canary");
      expectHarmless(text);
      expect(outsideCode(text)).not.toContain("canary");
    }
  });

  it("is harmless in the other outputs", () => {
    expectHarmless(renderShort([one]));
    expectHarmless(renderJson([one]));
    expectHarmless(`${one.sql.forward}\n${one.sql.backward}`);
    expect(JSON.parse(renderJson([one])).reviews[0].name).toBe(name);
  });
});

describe("a secret", () => {
  const secret = "canary-secret";
  const steps: Step[] = [
    { op: "create", type: TYPE.role, after: { name: "a", password: secret, searchPaths: [secret] } },
    {
      op: "update",
      type: TYPE.role,
      name: "b",
      before: { name: "b", passwordWo: secret },
      after: { name: "b", passwordWo: `${secret}2` },
      changed: ["passwordWo"],
    },
    { op: "create", type: TYPE.provider, after: { host: "db", password: secret, sslmode: "disable" } },
    { op: "create", type: TYPE.source, after: sourceArgs({ admin: { user: "a", password: secret } }) },
    {
      op: "create",
      type: TYPE.connector,
      after: { defaultName: "c", source: { database: "d", password: secret } },
    },
    {
      op: "create",
      type: TYPE.preflight,
      after: { __provider: secret, admin: { password: secret }, source: { database: "d" }, checks: {} },
    },
    { op: "create", type: "random:index/randomPassword:RandomPassword", after: { result: secret } },
  ];
  const one = reviewOf(steps, { config: { "infra:password": secret } });

  it("is in no output, even if the program has it as plain text", () => {
    const outputs = [
      markdown([one]),
      renderShort([one]),
      renderJson([one]),
      one.sql.forward,
      one.sql.backward,
    ];
    for (const output of outputs) expect(output).not.toContain("canary");
    expect(markdown([one])).toContain("`password-rotated`");
  });
});

describe("a review that is too long", () => {
  const schemas = Array.from({ length: 400 }, (_, index) => `schema_${index}`);
  const many = reviewOf(
    schemas.flatMap((schema, index) => [
      { op: "create", type: TYPE.grant, name: schema, after: selectOn({ schema }) },
      {
        op: "create",
        type: TYPE.grant,
        name: `u${schema}`,
        after: selectOn({ schema, objectType: "schema", role: `role_${index}` }),
      },
      { op: "create", type: TYPE.defaults, name: schema, after: selectOn({ schema, owner: "app" }) },
      { op: "create", type: TYPE.role, name: `${index}`, after: { name: `role_${index}`, superuser: true } },
    ]),
  );

  it("stays below the limit of each forge, and leaves out the least important parts, which it names", () => {
    for (const limit of [...Object.values(FORGES), 5_000, 500]) {
      const text = markdown([many], limit);
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text).toContain("### `infra/prod`: high risk;");
      expect(outsideCode(text).match(/<details>/g)?.length).toBe(
        outsideCode(text).match(/<\/details>/g)?.length,
      );
    }
    const cut = markdown([many], FORGES.bitbucket);
    expect(cut).toContain(
      "_Left out, to stay under 32,768 characters: the changes, the SQL, the SQL that undoes it._",
    );
    expect(cut).toContain("**high** A role becomes a superuser (`superuser-gained`)");
    expect(markdown([many], 1_000_000)).not.toContain("Left out");
  });

  it("of 1,400 resources takes less than a second", () => {
    const start = performance.now();
    markdown([many]);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("the Markdown", () => {
  it("writes one line for the same change in many schemas and of many objects", () => {
    const steps = ["a", "b", "c"].flatMap((schema) => [
      { op: "create", type: TYPE.grant, name: schema, after: selectOn({ schema }) },
      {
        op: "create",
        type: TYPE.grant,
        name: `s${schema}`,
        after: selectOn({ schema, objectType: "sequence" }),
      },
    ]);
    expect(markdown([reviewOf(steps)])).toContain(
      "- **gained** by `reader`: SELECT on all sequences and all tables in schemas `a`, `b`, `c`\n",
    );
  });

  it("shows losses first, then replacements, then what is gained", () => {
    const steps = [
      { op: "create", type: TYPE.grant, name: "a", after: selectOn({ schema: "a" }) },
      {
        op: "replace",
        type: TYPE.grant,
        name: "b",
        before: selectOn({ schema: "b", objects: ["x"] }),
        after: selectOn({ schema: "b", objects: ["x", "y"] }),
      },
      { op: "delete", type: TYPE.grant, name: "c", before: selectOn({ schema: "c" }) },
    ];
    const rows = markdown([reviewOf(steps)]).match(/^- \*\*(lost|replaced|gained)\*\* .*/gm);
    expect(rows).toEqual([
      "- **lost** by `reader`: SELECT on all tables in schema `c`",
      "- **replaced** for `reader`: SELECT on table `x` in schema `b`",
      "- **gained** by `reader`: SELECT on all tables in schema `a`",
      "- **gained** by `reader`: SELECT on table `y` in schema `b`",
    ]);
  });

  it("shows both sides of privileges that change, and a schema with what is in it", () => {
    const [before, after] = [selectOn({ privileges: ["SELECT"] }), selectOn({ privileges: ["INSERT"] })];
    const all = { privileges: ["ALL"] };
    const steps = [
      { op: "update", type: TYPE.grant, name: "a", before, after },
      { op: "create", type: TYPE.grant, name: "b", after: selectOn({ ...all, schema: "b" }) },
      {
        op: "create",
        type: TYPE.grant,
        name: "c",
        after: selectOn({ ...all, schema: "b", objectType: "schema" }),
      },
    ];
    const text = markdown([reviewOf(steps)]);
    expect(text).toContain("- **changed** for `reader`: SELECT → INSERT on all tables in schema `public`\n");
    expect(text).toContain("- **gained** by `reader`: ALL on schema `b`, and all tables in it\n");
  });

  it("escapes a bar only in a table", () => {
    const one = reviewOf([{ op: "create", type: TYPE.role, after: { name: "a|b" } }], {}, "x|y");
    expect(markdown([one])).toContain("### `x|y`: ");
    const text = markdown([one, { ...one, name: "z" }]);
    expect(text).toContain("- role `a|b` is created");
    expect(text).toContain("| `x\\|y` | ");
  });

  it("says what only the deployment knows", () => {
    const text = markdown([
      reviewOf([{ op: "create", type: TYPE.grant, after: selectOn({ role: UNKNOWN }) }]),
    ]);
    expect(text).toContain("_(known during the deployment)_");
    expect(text).not.toContain(UNKNOWN);
  });

  it("shows outcomes that changed, and everything that does not pass", () => {
    const inputs = (checks: object) => ({ source: { database: "shop" }, checks });
    const steps = [
      {
        op: "update",
        type: TYPE.preflight,
        before: inputs({ a: "pass", b: "fail", c: "warn", d: "pass", e: "pass" }),
        after: inputs({ a: "fail", b: "pass", c: "warn", d: "pass", e: UNKNOWN }),
      },
    ];
    const text = markdown([reviewOf(steps)]);
    expect(text).toContain("source not ready (1 check failed)");
    expect(text).toContain(
      "Database `shop`\n\n- failed: `a` (was `pass`)\n- warning: `c`\n- passed now: `b` (was `fail`)\n- 1 check is decided by the deployment",
    );
  });

  it("shows an error without Pulumi's type, the source on each line, and frames inside of Node", () => {
    const diagnostics = [
      {
        severity: "error",
        urn: `${STACK}${TYPE.source}$${TYPE.preflight}::shop-preflight`,
        message: [
          `error: ${TYPE.preflight} resource 'shop-preflight' has a problem: shop at db:5432: preflight failed: 1 failed`,
          "✗ schemas-exist  there is no schema a [shop at db:5432]",
          "✗ wal-level      is replica [other at db:5432]",
          "    at load (node:internal/modules/cjs/loader:1505:32)",
          "    at node:internal/main/run_main_module:36:49",
          "    at program (/app/index.js:3:7)",
        ].join("\n"),
      },
    ];
    const one = reviewOf([], { diagnostics });
    expect(markdown([one])).toContain(`\`\`\`
shop at db:5432: preflight failed: 1 failed
✗ schemas-exist  there is no schema a
✗ wal-level      is replica [other at db:5432]
    at program (/app/index.js:3:7)
\`\`\``);
    expect(renderShort([one])).toContain("  error: shop at db:5432: preflight failed: 1 failed\n");
  });

  it("names the policies that are violated", () => {
    const one = {
      ...reviewOf([]),
      violations: [{ policy: "p", pack: "company", mandatory: true, message: "no\nmore" }],
    };
    expect(markdown([one])).toContain("- **mandatory** policy `p` of `company`: `no`");
  });
});
