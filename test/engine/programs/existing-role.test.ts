import { describe, expect, it } from "vitest";
import { printedBy } from "../../support/engine";
import { shopProgram } from "../shop";
import { deploy, destroy, previewOf, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

describe("a role that exists already", { timeout: 300_000 }, () => {
  const services = useServices();

  it("is not created again: preview says the ways out, and `create: false` uses it as it is", async () => {
    const { server, emulator, shop } = services();
    const password = "role-secret";
    await server.query(`CREATE ROLE ${shop.role} LOGIN REPLICATION SUPERUSER PASSWORD '${password}'`);
    const attributes = () =>
      server.query("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [shop.role]);
    const before = await attributes();
    const program = shopProgram(server, shop, { connector: { projectId: emulator.projectId } });
    await using project = await projectOf(program, services());

    const refused = await project.pulumi("preview");
    expect(refused.code, refused.text).not.toBe(0);
    expect(refused.text).toContain(`role ${shop.role} already exists, and this program would create it`);
    for (const way of ["role.create: false", "another `role.name`"]) expect(refused.text).toContain(way);
    const [option] = /transforms: .*/.exec(refused.text) ?? [];
    expect(option).toContain(shop.role);

    await project.setProgram(program.replace("role: {", "role: { create: false,"));
    const up = await printedBy((options) => project.stack.up(options));
    expect(up.failed, up.text).toBe(false);
    expect(await attributes()).toEqual(before);
    const again = await project.pulumi("preview", "--expect-no-changes");
    expect(again.code, again.text).toBe(0);
  });

  it("is imported with the option that the preview prints, and then belongs to the stack", async () => {
    const { server, emulator, shop } = services();
    const role = `${shop.role}_2`;
    await server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'before'`);
    const program = shopProgram(server, { ...shop, role }, { connector: { projectId: emulator.projectId } });
    await using project = await projectOf(program, services());
    const refused = await project.pulumi("preview");
    const [option = ""] = /transforms: .*/.exec(refused.text) ?? [];
    await project.setProgram(program.replace("});\nexports", `}, { ${option} });\nexports`));

    expect(await previewOf(project)).toMatch(/ = {2}postgresql:index:Role shop-role import/);
    await deploy(project);
    const attributes = "SELECT rolsuper, rolreplication FROM pg_roles WHERE rolname = $1";
    expect(await server.query(attributes, [role])).toEqual([{ rolsuper: true, rolreplication: true }]);
    await project.setProgram(program);
    await previewOf(project, "--expect-no-changes");
    await destroy(project);
    expect(await rolesAndSlots(server, [role])).toEqual([]);
  });

  it("is refused in preview if it is the administrator", async () => {
    const { server, shop } = services();
    const program = shopProgram(server, { ...shop, role: "postgres" });
    await using project = await projectOf(program, services());
    const { code, text } = await project.pulumi("preview");
    expect(code, text).not.toBe(0);
    expect(text).toContain("role postgres already exists, and this program would create it");
  });
});
