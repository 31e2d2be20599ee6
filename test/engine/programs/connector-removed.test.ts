import { describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { shopProgram } from "../shop";
import { projectOf, useServices } from "./program-of-its-own";

describe("a connector that is taken out of a running source", { timeout: 300_000 }, () => {
  const services = useServices();

  it("is deleted, and nothing else is reported as worse", async () => {
    const { server, emulator, shop } = services();
    const connector = { projectId: emulator.projectId };
    await using project = await projectOf(
      shopProgram(server, shop, { connector, onDrift: "fail" }),
      services(),
    );
    const first = await printedBy((options) => project.stack.up(options));
    expect(first.failed, first.text).toBe(false);

    await project.setProgram(shopProgram(server, shop, { onDrift: "fail" }));
    const preview = await project.pulumi("preview");
    const up = await printedBy((options) => project.stack.up(options));
    const again = await project.pulumi("preview", "--expect-no-changes");
    await project.setProgram(shopProgram(server, shop, { connector, onDrift: "fail" }));
    const back = await printedBy((options) => project.stack.up(options));
    expect(preview.code, preview.text).toBe(0);
    expect(preview.text).toContain("shop-preflight update [diff: -connector]");
    expect(preview.text).not.toContain("✗");
    expect(up.failed, up.text).toBe(false);
    expect(again.code, again.text).toBe(0);
    expect(back.failed, back.text).toBe(false);
  });
});
