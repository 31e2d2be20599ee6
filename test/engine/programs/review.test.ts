import { describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { shopProgram } from "../shop";
import {
  deploy,
  destroy,
  previewOf,
  projectOf,
  reads,
  rolesAndSlots,
  useServices,
} from "./program-of-its-own";

describe("what a reviewer sees in a preview", { timeout: 400_000 }, () => {
  const services = useServices();

  it("names SUPERUSER, a rotation and a schema that stays replicated, and `pulumi up --refresh` where it helps", async () => {
    const { server, emulator, shop } = services();
    const { role, owner } = shop;
    const database = { database: shop.database };
    await server.query(
      `SET ROLE ${owner}; CREATE SCHEMA billing; CREATE TABLE billing.bills (id int PRIMARY KEY)`,
      [],
      database,
    );
    const schemas = { public: { owners: [owner] }, billing: { owners: [owner] } };
    const connector = { projectId: emulator.projectId };
    const narrow = shopProgram(server, shop, { schemas }).replace("role: {", "role: { superuser: false,");
    const whole = shopProgram(server, shop, { schemas, connector });
    const only = shopProgram(server, shop, { schemas: { public: schemas.public }, connector });
    await using project = await projectOf(whole, services());
    const setPassword = (value: string) => project.setConfig({ rolePassword: { value, secret: true } });

    expect(await previewOf(project)).toContain("shop-role: creates a role with SUPERUSER");
    await project.setProgram(narrow);
    expect(await previewOf(project)).not.toContain("SUPERUSER");
    await deploy(project);

    await project.setProgram(whole);
    expect(await previewOf(project)).toContain(`role ${role}: gains SUPERUSER`);
    await deploy(project);

    await project.setProgram(narrow);
    expect(await previewOf(project)).toContain(`role ${role}: loses SUPERUSER`);

    await project.setProgram(only);
    await setPassword("other-secret");
    const changed = await previewOf(project);
    const id = (await project.stack.outputs()).connectorId?.value;
    expect(changed).toContain(`role ${role}: password rotated`);
    expect(changed).toContain(`Ardent: connector ${id}: password rotated`);
    expect(changed).toContain(
      "schema billing: its grants are revoked; its tables are still replicated, because connector.selection is every table",
    );
    expect(changed).not.toContain("-secret");
    await project.setProgram(whole);
    await setPassword("role-secret");
    await previewOf(project, "--expect-no-changes");

    await server.query(
      `REVOKE SELECT ON billing.bills FROM ${role};
       REVOKE USAGE ON SCHEMA billing FROM ${role};
       REVOKE CREATE ON DATABASE ${shop.database} FROM ${role};
       ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA billing REVOKE SELECT ON SEQUENCES FROM ${role};
       ALTER ROLE ${role} NOREPLICATION`,
      [],
      database,
    );
    const drifted = await previewOf(project);
    const lost = ["database-create", "schema-usage", "read-tables", "default-privileges", "role-replication"];
    for (const check of lost) expect(drifted).toMatch(new RegExp(`✗ ${check} `));
    expect(drifted.split("`pulumi up --refresh` restores it")).toHaveLength(1 + lost.length);
    expect(drifted).toContain("next: pulumi up --refresh;");
    const plain = await printedBy((options) => project.stack.up(options));
    expect(plain.failed, plain.text).toBe(false);
    expect(await reads(server, role, "billing.bills", shop.database)).toBe(true); // a superuser reads everything
    const refreshed = await project.pulumi("up", "--refresh", "--yes", "--skip-preview");
    expect(refreshed.code, refreshed.text).toBe(0);
    const restored = await previewOf(project, "--expect-no-changes");
    expect(restored).not.toContain("✗");

    await destroy(project);
    expect(await rolesAndSlots(server, [role])).toEqual([]);
  });
});
