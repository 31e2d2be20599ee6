import { describe, expect, it } from "vitest";
import { LATER } from "./not-known-before";
import {
  deploy,
  destroy,
  previewOf,
  projectOf,
  reads,
  rolesAndSlots,
  useServices,
} from "./program-of-its-own";

describe("a server whose address only the deployment knows", { timeout: 300_000 }, () => {
  const services = useServices();

  it("is previewed, deployed in one go, checked from then on, and taken back", async () => {
    const { server, shop, emulator } = services();
    const program = `${LATER}
const machine = new Later("machine", { host: "${server.host}", port: ${server.port} });
const source = new ardent.PostgresSource("shop", {
  host: machine.value.apply(({ host }) => host),
  port: machine.value.apply(({ port }) => port),
  database: "${shop.database}",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "${shop.role}", password: config.requireSecret("rolePassword") },
  schemas: { public: { owners: ["${shop.owner}"] } },
  replicaIdentity: { "public.events": "exclude" },
  connector: { projectId: "${emulator.projectId}" },
});
exports.connectorId = source.connectorId;
`;
    await using project = await projectOf(program, services());
    const text = await previewOf(project);
    expect(text).toContain("not known before the deployment: source.host, source.port");
    expect(text).not.toMatch(/[✗?] /);

    await deploy(project);
    expect((await project.stack.outputs()).connectorId?.value).toMatch(/^con_/);
    expect(await reads(server, shop.role, "orders", shop.database)).toBe(true);
    expect(await previewOf(project)).toMatch(/preflight ok: (\d+ warnings?, )?\d+ passed/);

    await destroy(project);
    expect(await rolesAndSlots(server, [shop.role])).toEqual([]);
  });
});
