import { describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { shopProgram } from "../shop";
import { destroy, projectOf, reads, rolesAndSlots, useServices } from "./program-of-its-own";

describe("a role that gets another name", { timeout: 300_000 }, () => {
  const services = useServices();

  it("is deployed with its grants and its connector in one `up`, and so is the way back", async () => {
    const { server, emulator, shop } = services();
    const connector = { projectId: emulator.projectId };
    const renamed = { ...shop, role: `${shop.role}_renamed` };
    const names = [shop.role, renamed.role];
    await using project = await projectOf(shopProgram(server, shop, { connector }), services());
    const first = await printedBy((options) => project.stack.up(options));
    expect(first.failed, first.text).toBe(false);
    const connectorId = (await project.stack.outputs()).connectorId?.value;

    for (const now of [renamed, shop]) {
      await project.setProgram(shopProgram(server, now, { connector }));
      const preview = await project.pulumi("preview");
      expect(preview.code, preview.text).toBe(0);
      const up = await printedBy((options) => project.stack.up(options));
      expect(up.failed, up.text).toBe(false);
      expect(up.text).not.toContain("DROP ROLE");
      expect(await rolesAndSlots(server, names)).toEqual([now.role, `pgstream_${shop.database}_slot`]);
      expect((await project.stack.outputs()).connectorId?.value).toBe(connectorId);
      expect(await reads(server, now.role, "orders", shop.database)).toBe(true);
      const again = await project.pulumi("preview", "--expect-no-changes");
      expect(again.code, again.text).toBe(0);
    }
    await destroy(project);
    expect(await rolesAndSlots(server, names)).toEqual([]);
  });
});
