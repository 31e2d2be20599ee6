import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

describe("the GitHub workflow of examples/preview-branches", () => {
  let workflow = "";
  beforeAll(async () => {
    const page = await readFile(join(__dirname, "../examples/preview-branches/README.md"), "utf8");
    workflow = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  });

  /** The steps' texts. */
  const steps = () => workflow.split(/^ {6}- /m).slice(1);

  it("runs only actions that are pinned by commit", () => {
    const used = [...workflow.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(used).toHaveLength(6);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("installs the tools in versions that are named", () => {
    for (const step of steps().filter((text) => text.includes("pulumi/actions@")))
      expect(step).toMatch(/pulumi-version: \d+\.\d+\.\d+/);
    expect(workflow).not.toMatch(/npm install --global (?!"ardent-cli@\$ARDENT_CLI_VERSION")/);
  });

  it("may read the repository and nothing else", () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    const checkouts = steps().filter((text) => text.includes("actions/checkout@"));
    expect(checkouts.every((text) => text.includes("persist-credentials: false"))).toBe(true);
  });

  it("gives secrets to the steps that need them, and none to the tests", () => {
    const [before = ""] = workflow.split(/^jobs:/m);
    expect(before).not.toContain("secrets.");
    const withSecrets = steps().filter((text) => text.includes("secrets."));
    expect(withSecrets.map((text) => text.split("\n")[0])).toEqual([
      "name: Branch the database",
      "name: Forget the stack",
      "name: Delete the branch",
    ]);
  });

  it("does not let values set variables or run commands", () => {
    expect(workflow).not.toMatch(/GITHUB_ENV|GITHUB_OUTPUT|GITHUB_PATH/);
    // A value that is put into a script is read as a part of it.
    for (const step of steps()) expect(step.split("run: |")[1] ?? "").not.toContain("${{");
  });
});
