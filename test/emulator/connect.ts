import { expect } from "vitest";
import type { Emulator } from "../../src/emulator/emulator";
import type { OpenApiClient } from "../support/openapi-client";
import type { TestSource } from "./test-source";

/** A connector whose tables are discovered and selected; its path. */
export async function connect(
  api: OpenApiClient,
  { projectId }: Pick<Emulator, "projectId">,
  source: TestSource,
  selected_paths = ["*"],
): Promise<string> {
  const created = await api.call("POST", "/v1/connectors", {
    service_name: "postgresql",
    project_id: projectId,
    name: "shop",
    connection_details: source.details(),
  });
  expect(created.status, JSON.stringify(created.body)).toBe(200);
  const path = `/v1/connectors/${created.body.id}`;
  await api.finish(await api.call("POST", `${path}/discover`));
  expect((await api.call("POST", `${path}/selection`, { selected_paths })).status).toBe(200);
  return path;
}
