import { afterAll, describe, expect, it, vi } from "vitest";
import type { StackConfig } from "../../../src/dynamic/provider";
import { requireServiceBriefly } from "../../../src/dynamic/runtime/service";
import { type Script, startScriptedService } from "../../support/scripted-service";

const DOWN: Script = { status: 503, json: { detail: "maintenance" } };
const PROJECT = { id: "prj_1", org_id: "org_1", name: "Shop", created_at: "2026-11-01T00:00:00Z" };

describe.concurrent("a service that a run can continue without", () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  afterAll(() => printed.mockRestore());

  it.for<[string, readonly Script[]]>([
    ["never answers", [{ hang: true }]],
    ["has errors", [DOWN]],
    ["has an error, then never answers", [DOWN, { hang: true }]],
    ["closes the connection", [{ cut: "before-answer" }]],
  ])("that %s is waited for once, for two seconds at most", async ([, scripts], { expect }) => {
    let turn = 0;
    const service = await startScriptedService(() => scripts[Math.min(turn++, scripts.length - 1)] as Script);
    const settings: Record<string, string> = { "ardent:token": "sk", "ardent:apiUrl": service.apiUrl };
    const config: StackConfig = { get: (key) => settings[key] };
    const begun = performance.now();
    for (const id of ["prj_1", "prj_2", "prj_3"])
      await expect(requireServiceBriefly(config).projects.get(id)).rejects.toMatchObject({ isOutage: true });
    // Two seconds, and what a busy machine adds.
    expect(performance.now() - begun).toBeLessThan(2_900);
    expect(new Set(service.requests.map(({ path }) => path)).size).toBe(1);
    const said = printed.mock.calls.flat().filter((line) => String(line).includes(service.host));
    expect(said).toEqual([expect.stringContaining("this run continues without it")]);
    await service.stop();
  });

  it("has its usual time once it has answered", async () => {
    const service = await startScriptedService(async ({ path }) => {
      if (path.endsWith("prj_2")) await new Promise((resolve) => setTimeout(resolve, 2_500));
      return { status: 200, json: PROJECT };
    });
    const settings: Record<string, string> = { "ardent:token": "sk", "ardent:apiUrl": service.apiUrl };
    const client = requireServiceBriefly({ get: (key) => settings[key] });
    expect(await client.projects.get("prj_1")).toEqual(PROJECT);
    expect(await client.projects.get("prj_2")).toEqual(PROJECT);
    await service.stop();
  });
});
