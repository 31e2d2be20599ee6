import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engineProject } from "../support/engine";
import { installedPackage } from "../support/installed-package";
import { EVERYTHING } from "../support/tier";

/** One resource of each kind; the source does not answer, which a preview takes for unknown. */
const PROGRAM = `
new ardent.PostgresSource("shop", {
  host: "127.0.0.1",
  port: 9,
  database: "shop",
  admin: { user: "postgres", password: pulumi.secret("x") },
  role: { name: "ardent", password: pulumi.secret("y") },
  schemas: { public: {} },
  connector: { projectId: "prj" },
});
new ardent.Branch("branch", { connectorId: "con", name: "pr-42" });
`;

/** Nothing listens there, which a preview takes for unknown too. */
const NO_SERVICE = { ARDENT_TOKEN: "token", ARDENT_API_URL: "http://127.0.0.1:9/v1" };

const KINDS = ["Branch", "Connector", "Preflight", "Replication", "RoleCleanup"];

interface PreviewStep {
  readonly newState: { readonly type: string; readonly inputs?: { readonly __provider?: string } };
}

describe("the provider that Pulumi keeps in the state", { timeout: 240_000 }, () => {
  async function serialized(home?: string): Promise<Record<string, string>> {
    await using project = await engineProject(PROGRAM, NO_SERVICE, { home });
    const { text } = await project.pulumi("preview", "--json");
    const { steps } = JSON.parse(text.slice(text.indexOf("{"))) as { steps: PreviewStep[] };
    return Object.fromEntries(
      steps.flatMap(({ newState: { type, inputs } }) =>
        inputs?.__provider === undefined ? [] : [[type.replace(/.*:/, ""), inputs.__provider]],
      ),
    );
  }

  it("has at most 2 kB", async () => {
    const here = await serialized();
    expect(Object.keys(here).sort()).toEqual(KINDS);
    for (const text of Object.values(here)) expect(Buffer.byteLength(text)).toBeLessThan(2048);
  });

  // In the first tier packaging.test.ts alone compares bytes, from a folder whose name is another one in each run.
  it.runIf(EVERYTHING)("has the same bytes from every checkout", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "another checkout of pulumi-ardent "));
    try {
      const from = join(await installedPackage(), "node_modules");
      await cp(from, join(elsewhere, "node_modules"), { recursive: true, verbatimSymlinks: true });
      expect(await serialized(elsewhere)).toEqual(await serialized());
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});
