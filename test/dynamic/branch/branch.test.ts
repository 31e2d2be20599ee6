import { describe, expect, it } from "vitest";
import { Branch } from "../../../src/dynamic/branch/branch";
import { childrenOf } from "../../components/mocks";

describe("a Branch", () => {
  it("asks for what its arguments say, and says which resource of which stack it is", async () => {
    const args = { connectorId: "con_1", name: "pr-42", adopt: true, timeout: 60 };
    const [resource] = await childrenOf(() => new Branch("db", args));
    const { __provider, ...inputs } = resource?.inputs ?? {};
    expect(resource?.type).toBe("pulumi-nodejs:dynamic/ardent:Branch");
    expect(inputs).toEqual({
      ...args,
      origin: "urn:pulumi:prod::infra::pulumi-nodejs:dynamic/ardent:Branch::db",
    });
  });
});
