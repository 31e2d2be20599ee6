import { describe, expect, it } from "vitest";
import { LATER } from "./not-known-before";
import { deploy, destroy, previewOf, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

describe("inputs of which only the deployment knows some", { timeout: 300_000 }, () => {
  const services = useServices();

  it("leave out the checks that need those, and no other", async () => {
    const { server, shop, emulator } = services();
    const program = (schema: string) => `${LATER}
const password = new Later("password", "role-secret");
const project = new Later("project", "${emulator.projectId}");
const source = new ardent.PostgresSource("shop", {
  host: "${server.host}",
  port: ${server.port},
  database: "${shop.database}",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "${shop.role}", password: pulumi.secret(password.value) },
  schemas: { ${schema}: { owners: ["${shop.owner}"] } },
  replicaIdentity: { "public.events": "exclude" },
  connector: { projectId: project.value },
});
exports.connectorId = source.connectorId;
`;
    await using project = await projectOf(program("publik"), services());
    await project.setConfig({ "ardent:token": { value: "sk-ard_test_wrong", secret: true } });
    const misspelled = await project.pulumi("preview");
    expect(misspelled.code, misspelled.text).not.toBe(0);
    expect(misspelled.text).toContain("✗ schemas-exist");
    expect(misspelled.text).toMatch(/✗ ardent-access +Ardent rejected the API token/);

    await project.setConfig({ "ardent:token": { value: emulator.token, secret: true } });
    await project.setProgram(program("public"));
    const text = await previewOf(project);
    expect(text).toMatch(/… inputs +not known before the deployment: role\.password \(.*role-password/);
    expect(text).toMatch(/… inputs +not known before the deployment: connector\.projectId \(.*ardent-access/);
    expect(text).toMatch(/preflight ok: .*\b[3-9]\d passed/);

    await deploy(project);
    expect((await project.stack.outputs()).connectorId?.value).toMatch(/^con_/);
    await destroy(project);
    expect(await rolesAndSlots(server, [shop.role])).toEqual([]);
  });
});
