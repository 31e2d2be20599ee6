import { describe, expect, it } from "vitest";
import { Connector } from "../../../src/dynamic/connector/connector";
import { Replication } from "../../../src/dynamic/replication/replication";
import { childrenOf } from "../../components/mocks";

const source = { host: "db.example.com", database: "shop", user: "ardent", password: "role-secret" };

/** A secret as it goes to the engine (@pulumi/pulumi, runtime/rpc): one inside an object makes the whole secret. */
function secret(value: unknown): unknown {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** What the engine is asked for, the serialized provider left out. */
async function asked(construct: () => unknown) {
  const [resource] = await childrenOf(construct);
  const { __provider, ...inputs } = resource?.inputs ?? {};
  return { type: resource?.type, inputs, provider: String(__provider) };
}

describe("a Connector", () => {
  it("is named after project, stack and resource by default", async () => {
    const { type, inputs } = await asked(() => new Connector("shop", { projectId: "prj_1", source }));
    expect(type).toBe("pulumi-nodejs:dynamic/ardent:Connector");
    expect(inputs).toEqual({
      projectId: "prj_1",
      source: secret(source),
      defaultName: "infra-prod-shop",
      preview: false,
    });
  });

  it("keeps what it is given, and its passwords secret though they were given in the clear", async () => {
    const args = {
      projectId: "prj_1",
      source: { ...source, port: 5433 },
      connectorName: "shop",
      adopt: true,
      admin: { user: "postgres", password: "admin-secret" },
    };
    const { inputs } = await asked(() => new Connector("shop", args));
    expect(inputs).toEqual({
      ...args,
      source: secret(args.source),
      admin: secret(args.admin),
      defaultName: "infra-prod-shop",
      preview: false,
    });
  });
});

describe("a Replication", () => {
  it("asks for what its arguments say", async () => {
    const args = { connectorId: "con_1", selection: ["*"], decisions: { "public.events": "exclude" } };
    const { type, inputs } = await asked(() => new Replication("shop", args));
    expect(type).toBe("pulumi-nodejs:dynamic/ardent:Replication");
    expect(inputs).toEqual(args);
  });
});
