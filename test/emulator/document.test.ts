import { describe, expect, test } from "vitest";
import { contract } from "../support/openapi";

describe("the contract that the emulator is held to", () => {
  test("rejects a reply with a property missing, misspelled or of another type", () => {
    const handle = { operation_id: "op_1", resource_id: null, status: "pending", type: "connector_delete" };
    const expectHandle = (body: unknown) => () =>
      contract.expectReply("DELETE", "/v1/connectors/con_1", 202, body);
    expect(expectHandle(handle)).not.toThrow();
    expect(expectHandle({ ...handle, resource_id: undefined, resourceId: null })).toThrow();
    expect(expectHandle({ ...handle, extra: 1 })).toThrow();
    expect(expectHandle({ ...handle, status: "done" })).toThrow();
  });

  test("refuses a status that the document does not have", () => {
    expect(() => contract.expectReply("GET", "/v1/connectors/con_1", 409, { detail: "busy" })).toThrow();
  });

  test("distinguishes a body that the document allows from one that it does not", () => {
    const path = "/v1/connectors/con_1/selection";
    expect(contract.allowsBody("POST", path, { selected_paths: ["*"] })).toBe(true);
    expect(contract.allowsBody("POST", path, { selected_paths: "*" })).toBe(false);
    expect(contract.allowsBody("POST", path, {})).toBe(false);
  });
});
