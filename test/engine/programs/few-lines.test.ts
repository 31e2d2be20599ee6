import { describe, expect, it } from "vitest";
import { closedPort } from "../../support/scripted-service";
import { createShop, type Shop } from "../shop";
import { previewOf, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

describe("what a program of two sources prints", { timeout: 400_000 }, () => {
  const services = useServices();

  it("is what there is to do, once, with the source on each line", async () => {
    const { server, shop, emulator } = services();
    const other = await createShop(server);
    const source = ({ database, owner, role }: Shop, { schema = "public", port = server.port } = {}) => `
new ardent.PostgresSource("${database}", {
  host: "${server.host}", port: ${port}, database: "${database}", schemas: { ${schema}: { owners: ["${owner}"] } },
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "${role}", password: config.requireSecret("rolePassword") },
  replicaIdentity: { "public.events": "exclude" },
  connector: { projectId: "${emulator.projectId}" },
  onDrift: "fail",
});
`;
    await using project = await projectOf(source(shop, { schema: "publik" }), services());
    const failed = await project.pulumi("preview");
    expect(failed.code, failed.text).not.toBe(0);
    const lines = linesOf(failed.text);
    expect(lines.filter((line) => line.includes("✗ schemas-exist"))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("…")).length, failed.text).toBeLessThanOrEqual(3);
    expect(lines.join("\n")).not.toMatch(/✓|skipped:|^$/m);

    const port = await closedPort();
    await project.setProgram(source(shop, { port }));
    const unreached = linesOf(await previewOf(project));
    expect(unreached.filter((line) => !line.endsWith("-role: creates a role with SUPERUSER"))).toEqual([
      expect.stringMatching(
        new RegExp(`^${shop.database} at .*:${port}: preflight incomplete: .* \\(ECONNREFUSED\\)\\. Check `),
      ),
    ]);

    await project.setProgram(source(shop) + source(other));
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.code, up.text).toBe(0);
    const created = linesOf(up.text).find((line) => line.includes("created connector"));

    const at = { database: other.database };
    await server.query(`REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM ${other.role}`, [], at);
    const outlook = `${other.database} at ${server.host}:${server.port}: \`pulumi up\` will fail: onDrift is "fail"`;
    expect(await previewOf(project)).toContain(outlook);
    const stopped = await project.pulumi("up", "--yes", "--skip-preview");
    expect(stopped.code, stopped.text).not.toBe(0);
    expect(linesOf(stopped.text).filter((line) => line.includes("✗ read-tables"))).toHaveLength(1);

    const healed = await project.pulumi("up", "--yes", "--skip-preview", "--refresh");
    expect(healed.code, healed.text).toBe(0);
    const connector = /con_\w+/.exec(created ?? "")?.[0];
    await fetch(`${emulator.url.replace(/v1$/, "emulator")}/connectors/${connector}/quarantines`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
      body: JSON.stringify({ message: "a column changed its type", tables: ["public.orders"] }),
    });
    const paused = linesOf(await previewOf(project));
    expect(paused.filter((line) => line.includes("a column changed its type"))).toHaveLength(1);

    const destroyed = await project.pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.code, destroyed.text).toBe(0);
    linesOf(destroyed.text);
    expect(await rolesAndSlots(server, [shop.role, other.role])).toEqual([]);
  });
});

/**
 * The lines of the diagnostics, without the engine's own. Each that is not indented below another one names its source, its
 * connector or its resource.
 */
function linesOf(text: string): string[] {
  expect(text).not.toContain("interrupted");
  const from = text.indexOf("Diagnostics:");
  const lines = text
    .slice(from, text.indexOf("\nResources:", from))
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .map((line) => line.slice(4).replace(/^error: (.* has a problem: )?/, ""))
    .filter((line) => line !== "update failed");
  for (const line of lines)
    if (!line.startsWith(" "))
      expect(line).toMatch(/\bshop_\w+ at 127\.0\.0\.1:\d+|\bcon_\w+|^shop_\w+-role: /);
  return lines;
}
