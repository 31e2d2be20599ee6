import { describe, expect, it } from "vitest";
import { providerOf } from "../../src/dynamic";
import { requireService } from "../../src/dynamic/runtime/service";

describe("the stack's configuration", () => {
  it("allows plain text to a remote service if it confirms that", () => {
    const values: Record<string, string> = {
      "ardent:token": "x",
      "ardent:apiUrl": "http://10.0.0.5:8080/v1",
    };
    const config = { get: (key: string) => values[key] };
    expect(() => requireService(config)).toThrow("ardent:allowCleartext");
    values["ardent:allowCleartext"] = "true";
    expect(() => requireService(config)).not.toThrow();
  });
});

describe("a problem that the user can fix", () => {
  it("is a check failure, so that the engine shows it once and without a stack", async () => {
    const values: Record<string, string> = { "ardent:token": "x", "ardent:apiUrl": "ardent.example" };
    const preflight = providerOf("Preflight", { get: (key) => values[key] });
    const news = {
      source: { host: "127.0.0.1", port: 9, database: "shop" },
      admin: { user: "postgres", password: "x" },
      role: { name: "ardent", password: "y" },
      schemas: { public: {} },
      connector: { projectId: "prj", name: "shop" },
    };
    const { failures } = await preflight.check({}, news);
    expect(failures).toEqual([
      { property: "", reason: expect.stringContaining("the API URL is not a valid http(s) URL") },
    ]);
  });
});
