import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineProject } from "../support/engine";
import { installedPackage } from "../support/installed-package";

/** One resource of each kind; the source does not answer, which a preview takes for unknown. */
const PROGRAM = `
const source = { host: "127.0.0.1", port: 9, database: "shop" };
const admin = { user: "postgres", password: pulumi.secret("x") };
const role = { name: "ardent", password: pulumi.secret("y") };
new ardent.Preflight("preflight", { source, admin, role, schemas: { public: {} } });
new ardent.Connector("connector", { projectId: "prj", source: { ...source, user: "ardent", password: "y" } });
new ardent.Replication("replication", { connectorId: "con" });
new ardent.Branch("branch", { connectorId: "con", name: "pr-42" });
`;

interface PreviewStep {
  readonly newState: { readonly type: string; readonly inputs?: { readonly __provider?: string } };
}

describe("the provider that Pulumi keeps in the state", { timeout: 240_000 }, () => {
  let elsewhere: string;

  beforeAll(async () => {
    elsewhere = await mkdtemp(join(tmpdir(), "another checkout of pulumi-ardent "));
    const home = await installedPackage();
    await cp(join(home, "node_modules"), join(elsewhere, "node_modules"), {
      recursive: true,
      verbatimSymlinks: true,
    });
  });
  afterAll(() => rm(elsewhere, { recursive: true, force: true }));

  async function serialized(home?: string): Promise<Record<string, string>> {
    await using project = await engineProject(PROGRAM, {}, { home });
    const { text } = await project.pulumi("preview", "--json");
    const { steps } = JSON.parse(text.slice(text.indexOf("{"))) as { steps: PreviewStep[] };
    return Object.fromEntries(
      steps.flatMap(({ newState: { type, inputs } }) =>
        inputs?.__provider === undefined ? [] : [[type.replace(/.*:/, ""), inputs.__provider]],
      ),
    );
  }

  it("has at most 2 kB and the same bytes from every checkout", async () => {
    const here = await serialized();
    expect(Object.keys(here).sort()).toEqual(["Branch", "Connector", "Preflight", "Replication"]);
    for (const text of Object.values(here)) expect(Buffer.byteLength(text)).toBeLessThan(2048);
    expect(await serialized(elsewhere)).toEqual(here);
  });
});
