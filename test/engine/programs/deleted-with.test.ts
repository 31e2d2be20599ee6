import { describe, expect, it } from "vitest";
import { OpenApiClient } from "../../support/openapi-client";
import { EVERYTHING } from "../../support/tier";
import { shopProgram } from "../shop";
import { deploy, destroy, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

/** What stands for the server: the resource whose deletion takes everything on it away. */
const SERVER = `const server = new (class extends pulumi.dynamic.Resource {
  constructor() {
    super({ create: async () => ({ id: "server" }) }, "server", {});
  }
})();
`;

describe("a source with deletedWith", { timeout: 300_000 }, () => {
  const services = useServices();

  /** What is left at Ardent and on the server when a program with this option was deployed and destroyed. */
  async function leftBy(option: string) {
    const { server, emulator, shop } = services();
    const program = shopProgram(server, shop, { connector: { projectId: emulator.projectId } });
    const whole = SERVER + program.replace("});\nexports", `}, { ${option} });\nexports`);
    await using project = await projectOf(whole, services());
    await deploy(project);
    const id = (await project.stack.outputs()).connectorId?.value;
    await destroy(project);
    const { status } = await new OpenApiClient(emulator).send("GET", `/v1/connectors/${id}`);
    return { connector: status === 200, onServer: await rolesAndSlots(server, [shop.role]) };
  }

  it("on the role and its grants deletes the connector, and leaves to the server what is on it", async () => {
    const { shop } = services();
    const option = `transforms: [({ type, props, opts }) =>
      /^postgresql:index\\/|RoleCleanup$/.test(type)
        ? { props, opts: pulumi.mergeOptions(opts, { deletedWith: server }) }
        : undefined]`;
    expect(await leftBy(option)).toEqual({ connector: false, onServer: [shop.role] });
    const { server } = services();
    await server.query(`DROP OWNED BY ${shop.role}`, [], { database: shop.database });
    await server.query(`DROP ROLE ${shop.role}`);
  });

  it.runIf(EVERYTHING)("on the source itself leaves the connector at Ardent", async () => {
    const { shop } = services();
    const { connector, onServer } = await leftBy("deletedWith: server");
    expect(connector).toBe(true);
    expect(onServer).toContain(shop.role);
  });
});
