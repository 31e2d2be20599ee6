import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { providerOf } from "../../src/dynamic";
import type { ProviderKind } from "../../src/dynamic/provider";
import { ALL_HOSTILE, expectHarmless } from "../support/hostile-text";
import {
  type Script,
  type ScriptedService,
  type SeenRequest,
  startScriptedService,
} from "../support/scripted-service";

const CONNECTOR = "con_1";
const source = { host: "127.0.0.1", port: 9, database: "shop", sslMode: "disable" };
const login = { user: "ardent", password: "canary-5e21" };
const recorded = { connectorId: CONNECTOR, connectorName: "shop", orgId: "org_1", __provider: "" };
const INPUTS: { readonly [kind in Exclude<ProviderKind, "RoleCleanup">]: Record<string, unknown> } = {
  Preflight: {
    source,
    admin: { user: "postgres", password: "canary-77aa" },
    role: { name: "ardent", password: "canary-5e21", create: false },
    schemas: { public: {} },
    connector: { projectId: "prj_1", name: "shop" },
  },
  Connector: {
    ...recorded,
    projectId: "prj_1",
    source: { ...source, ...login },
    defaultName: "shop",
    deletionLock: true,
  },
  Replication: { connectorId: CONNECTOR, timeout: 1, releaseQuarantines: ["q_1"], __provider: "" },
  Branch: { connectorId: CONNECTOR, name: "pr", origin: "urn", timeout: 1, __provider: "" },
};

/** What answers the next requests. */
let script: (request: SeenRequest) => Script;
let service: ScriptedService;
const printed: string[] = [];
const log = vi.spyOn(console, "log").mockImplementation((text) => void printed.push(String(text)));

beforeAll(async () => {
  service = await startScriptedService((request) => script(request));
});
afterAll(async () => {
  await service.stop();
  log.mockRestore();
});
afterEach(() => {
  printed.length = 0;
});

/** All that the engine shows of everything that a resource can be asked. */
async function shownOf(kind: keyof typeof INPUTS): Promise<string[]> {
  const values: Record<string, string> = { "ardent:token": "canary-token", "ardent:apiUrl": service.apiUrl };
  const provider = providerOf(kind, { get: (key) => values[key] });
  const props = { ...INPUTS[kind] };
  const shown: string[] = [];
  for (const call of [
    async () =>
      (await provider.check(props, props)).failures?.map(({ property, reason }) => `${property}\n${reason}`),
    async () => provider.diff(CONNECTOR, props, props),
    async () => provider.create(props),
    async () => provider.read(CONNECTOR, props),
    async () => provider.update(CONNECTOR, { ...props, timeout: 2, defaultName: "old" }, props),
    async () => provider.delete(CONNECTOR, props),
  ]) {
    try {
      const result = await call();
      if (Array.isArray(result)) shown.push(...result);
    } catch (error) {
      const { message, stack, reasons = [] } = error as Error & { reasons?: string[] };
      shown.push(message, stack ?? "", String(error), ...reasons);
    }
  }
  return [...shown, ...printed];
}

describe.each(Object.keys(INPUTS) as (keyof typeof INPUTS)[])(
  "a %s and a service that says what a log obeys",
  (kind) => {
    it.each([400, 401, 403, 404, 409, 422])(
      "shows a refusal with %i harmlessly",
      { timeout: 60_000 },
      async (status) => {
        script = () => ({
          status,
          json: {
            detail: ALL_HOSTILE,
            preflight_pass: status === 422 ? false : null,
            checks: status === 422 ? { [ALL_HOSTILE]: { passed: false, message: ALL_HOSTILE } } : null,
            grant_script: `${ALL_HOSTILE}\n::error::x`,
          },
        });
        const shown = await shownOf(kind);
        for (const text of shown) expectHarmless(text);
        expect(shown.join()).not.toContain("canary");
      },
    );

    it("shows wrong fields, a foreign page and work that fails harmlessly", { timeout: 60_000 }, async () => {
      const row = {
        id: CONNECTOR,
        org_id: "org_1",
        name: ALL_HOSTILE,
        service_name: ALL_HOSTILE,
        project_id: ALL_HOSTILE,
        status: `${ALL_HOSTILE} failed`,
        replication_error: ALL_HOSTILE,
      };
      const answers: readonly ((request: SeenRequest) => Script)[] = [
        () => ({ status: 200, json: { detail: ALL_HOSTILE } }),
        () => ({ status: 200, text: ALL_HOSTILE, headers: { "content-type": "text/html; x" } }),
        ({ method, path }) => {
          if (path.startsWith("/v1/projects/")) return { status: 200, json: { ...row, id: "prj_1" } };
          if (path === "/v1/connectors" && method === "GET")
            return { status: 200, json: { connectors: [row] } };
          if (path.includes("/quarantine"))
            return {
              status: 200,
              json: {
                quarantines: [
                  {
                    ...row,
                    id: "q_1",
                    connector_id: CONNECTOR,
                    message: ALL_HOSTILE,
                    deployment_name: ALL_HOSTILE,
                    tables: [ALL_HOSTILE],
                  },
                  { ...row, id: "q_2", connector_id: CONNECTOR, message: ALL_HOSTILE },
                ],
              },
            };
          if (path.includes("/operations/"))
            return {
              status: 200,
              json: {
                id: "op_1",
                status: "failed",
                stage: ALL_HOSTILE,
                stage_label: ALL_HOSTILE,
                error: ALL_HOSTILE,
              },
            };
          if (path.startsWith("/v1/branches/")) return { status: 200, json: [{ ...row, name: "pr" }] };
          if (method === "GET") return { status: 200, json: row };
          return { status: 202, json: { operation_id: "op_1", status: ALL_HOSTILE, type: ALL_HOSTILE } };
        },
      ];
      for (const answer of answers) {
        script = answer;
        for (const text of await shownOf(kind)) expectHarmless(text);
      }
      expect(printed.join("\n") + kind).toMatch(/forged|Preflight|Branch/);
    });
  },
);
