import { describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { shopProgram } from "../shop";
import { deploy, destroy, previewOf, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

describe("a connector that exists at Ardent", { timeout: 400_000 }, () => {
  const services = useServices();

  it("is named in the preview and in the deployment that adopts it, and refused in preview if it was not asked for", async () => {
    const { server, emulator, shop } = services();
    const program = (connector: Record<string, unknown>) =>
      shopProgram(server, shop, { connector: { projectId: emulator.projectId, ...connector } });
    await using project = await projectOf(program({ name: "the-shop" }), services());
    await deploy(project);
    const id: string = (await project.stack.outputs()).connectorId?.value;

    const { resources } = (await project.stack.exportStack()).deployment;
    const { urn } = resources.find(({ type }: { type: string }) => type.endsWith("ardent:Preflight"));
    const forgotten = await project.pulumi("state", "delete", urn, "--target-dependents", "--yes");
    expect(forgotten.code, forgotten.text).toBe(0);

    const refused = await project.pulumi("preview");
    expect(refused.code, refused.text).not.toBe(0);
    expect(refused.text).toContain("Ardent already has a connector named the-shop");
    expect(refused.text).toContain(`\`adopt: true\`, or \`connectorId: "${id}"\``);

    await project.setProgram(program({ name: "the-shop", adopt: true }));
    const preview = await previewOf(project);
    const will = `Ardent: connector ${id} "the-shop" exists already; this deployment adopts it`;
    expect(diagnosticsOf(preview).split(will), preview).toHaveLength(2);
    const up = await printedBy((options) => project.stack.up(options));
    expect(up.failed, up.text).toBe(false);
    const does = `Ardent: adopting existing connector ${id} "the-shop"`;
    expect(diagnosticsOf(up.text).split(does), up.text).toHaveLength(2);
    expect((await project.stack.outputs()).connectorId?.value).toBe(id);

    await previewOf(project, "--expect-no-changes");
    await destroy(project);
    expect(await rolesAndSlots(server, [shop.role])).toEqual([]);
  });
});

function diagnosticsOf(text: string): string {
  return text.slice(text.indexOf("Diagnostics:"));
}
