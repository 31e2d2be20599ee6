import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RULES } from "../../src/review/rules/catalog";
import { digestText, selectOn, TYPE } from "../review/digest";
import { commandLine } from "./command-line";

describe("pulumi-ardent review", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-review-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const superuser = digestText([
    { op: "create", type: TYPE.role, after: { name: "ardent", superuser: true } },
  ]);
  const quiet = digestText([{ op: "same", type: TYPE.grant, before: selectOn(), after: selectOn() }]);
  const review = (text: string, ...options: readonly string[]) =>
    commandLine(["review", "-", ...options], { stdin: text });
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it("prints the verdict first, and exits 0 whatever it finds", async () => {
    const { exitCode, stdout, stderr } = await review(superuser);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.split("\n")[0]).toBe("### `infra/prod`: high risk; 1 role created");
  });

  it("says that nothing changes", async () => {
    expect((await review(quiet)).stdout).toBe("### `infra/prod`: no changes\n");
  });

  it("does not say so of changes that it does not review", async () => {
    const role = { name: "ardent", connectionLimit: 1 };
    const step = { op: "update", type: TYPE.role, before: role, after: { ...role, connectionLimit: 2 } };
    const { stdout } = await review(digestText([step]));
    expect(stdout).toContain("### `infra/prod`: no risk found; no change of access\n");
    expect(stdout).toContain("Not reviewed: `postgresql:index/role:Role` `it` is changed.");
  });

  it.each([
    ["high", superuser, [], 1],
    ["medium", superuser, [], 1],
    ["high", superuser, ["--ignore", "superuser-gained=event triggers need it"], 0],
    ["medium", quiet, [], 0],
    ["high", quiet, ["--exit-code", "255"], 1],
  ])("with --fail-on %s exits by what it finds", async (failOn, text, options, code) => {
    expect((await review(text, "--fail-on", failOn, ...options)).exitCode).toBe(code);
  });

  it("shows what is accepted, with the reason", async () => {
    const { stdout } = await review(superuser, "--ignore", "superuser-gained=event triggers | need it");
    expect(stdout).toContain("### `infra/prod`: no risk found;");
    expect(stdout).toContain("- accepted A role becomes a superuser");
    expect(stdout).toContain("  - accepted because: `event triggers | need it`");
  });

  it("reviews a preview that printed nothing, with and without a file", async () => {
    const text = "### `preview`: the preview failed\n";
    const nothing = await file("empty.json", "");
    for (const args of [
      ["--exit-code", "255"],
      [nothing, "--exit-code", "255"],
    ]) {
      const { exitCode, stdout } = await commandLine(["review", ...args]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(text);
      expect(stdout).toContain("The preview ended with exit code 255 and printed nothing.");
    }
    expect((await commandLine(["review", nothing])).stdout).toContain(
      "The preview ended and printed nothing.",
    );
  });

  it("has one row for each environment, and one section for those that are the same", async () => {
    const [prod, staging, dev] = [
      await file("prod.json", superuser),
      await file("staging.json", superuser),
      await file("dev.json", quiet),
    ];
    const { stdout } = await commandLine([
      "review",
      "--name",
      `prod=${prod}`,
      "--name",
      `staging=${staging}`,
      "--name",
      `dev=${dev}`,
    ]);
    const [verdict, , ...rest] = stdout.split("\n");
    expect(verdict).toBe("### 3 environments: high risk in `prod`, `staging`");
    expect(rest.slice(0, 5)).toEqual([
      "| environment | verdict |",
      "|-|-|",
      "| `prod` | High risk; 1 role created |",
      "| `staging` | High risk; 1 role created |",
      "| `dev` | No changes |",
    ]);
    expect(stdout.match(/^### .*/gm)).toEqual([verdict, "### `prod`, `staging`"]);
    expect(stdout).toContain("<details><summary>SQL of this deployment</summary>");
  });

  it("prints the SQL as scripts, a line for a log, and JSON", async () => {
    const grant = digestText([{ op: "create", type: TYPE.grant, after: selectOn() }]);
    expect((await review(grant, "--output", "sql")).stdout).toContain(
      'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader";',
    );
    expect((await review(grant, "--output", "sql-backward")).stdout).toContain(
      'REVOKE SELECT ON ALL TABLES IN SCHEMA "public" FROM "reader";',
    );
    expect((await review(superuser, "--output", "short")).stdout).toBe(
      'infra/prod: high risk; 1 role created\n  high superuser-gained: A role becomes a superuser\n    role "ardent"\n',
    );
    expect(JSON.parse((await review(superuser, "--output", "json")).stdout)).toMatchObject({
      schemaVersion: 1,
      reviews: [
        { name: "infra/prod", outcome: "changes", risk: "high", findings: [{ rule: "superuser-gained" }] },
      ],
    });
  });

  it("prints annotations and SARIF, on the lines of the repository", async () => {
    const line = "project:///index.ts#3,1";
    const step = { op: "create", type: TYPE.role, after: { name: "ardent", superuser: true }, line };
    const options = ["--project-folder", "infra", "--output"];
    expect((await review(digestText([step]), ...options, "github")).stdout).toBe(
      '::error file=infra/index.ts,line=3,title=superuser-gained::infra/prod: A role becomes a superuser: role "ardent"\n',
    );
    const [run] = JSON.parse((await review(digestText([step]), ...options, "sarif")).stdout).runs;
    expect(run.results).toHaveLength(1);
  });

  it.each([
    ["no file", [], "no file was given"],
    ["a file that is not there", ["/nonexistent/x.json"], "cannot be read (ENOENT)"],
    ["another file", [__filename], "is neither the output of pulumi preview --json nor an event log"],
    ["an exit code of two previews", ["-", "-", "--exit-code", "1"], "is that of one preview"],
    ["an exit code that is none", ["-", "--exit-code", "x"], "An exit code is a number from 0 to 255."],
    ["SQL of two previews", ["-", "-", "--output", "sql"], "prints one script"],
    ["a name without a file", ["--name", "prod"], "Write it as name=file"],
    ["a rule without a reason", ["-", "--ignore", "superuser-gained"], "Write it as rule=reason"],
    [
      "a rule that is none",
      ["-", "--ignore", "superuser=x"],
      `There is no such rule. The rules: ${RULES[0]?.id}`,
    ],
  ])("exits 2 for %s", async (_, args, problem) => {
    const { exitCode, stdout, stderr } = await commandLine(["review", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(problem);
  });

  it("does not repeat a password in a message", async () => {
    const diagnostics = [
      { severity: "error", message: "error: cannot connect to postgres://u:s3cr/t@db/shop" },
    ];
    for (const output of ["markdown", "short", "json"]) {
      const { stdout } = await review(digestText([], { diagnostics }), "--output", output);
      expect(stdout).toContain("postgres://u:***@db/shop");
      expect(stdout).not.toContain("s3cr");
    }
  });
});
