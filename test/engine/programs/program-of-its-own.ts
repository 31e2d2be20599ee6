import { afterAll, beforeAll, expect } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { createShop, passwords, type Shop } from "../shop";

/** What a program of a test finds: a server with a shop in it, and Ardent. */
export interface Services {
  readonly server: PostgresServer;
  readonly emulator: Emulator;
  readonly shop: Shop;
}

/** Starts them for the tests of a `describe`. */
export function useServices(): () => Services {
  let started: Services | undefined;
  beforeAll(async () => {
    const [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    started = { server, emulator, shop: await createShop(server) };
  });
  afterAll(async () => {
    await Promise.all([started?.emulator.close(), started?.server.stop()]);
  });
  return () => {
    if (started === undefined) throw new Error("the server has not started yet");
    return started;
  };
}

/** Starts only Ardent for the tests of a `describe`. */
export function useEmulator(): () => Emulator {
  let started: Emulator | undefined;
  beforeAll(async () => {
    started = await startEmulator();
  });
  afterAll(() => started?.close());
  return () => {
    if (started === undefined) throw new Error("the emulator has not started yet");
    return started;
  };
}

/** A project with a program, its passwords and a token. */
export async function projectOf(program: string, { server, emulator }: Services): Promise<EngineProject> {
  const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
  const project = await engineProject(program, env);
  await project.setConfig(passwords(server, "role-secret"));
  return project;
}

/** Previews a program and gives what the user sees; it must not fail. */
export async function previewOf(project: EngineProject, ...options: readonly string[]): Promise<string> {
  const { code, text } = await project.pulumi("preview", ...options);
  expect(code, text).toBe(0);
  expect(text, "what stands for an unknown value").not.toContain("04da6b54");
  return text;
}

/** Deploys a program in one go, after which nothing is left to do. */
export async function deploy(project: EngineProject): Promise<void> {
  const { failed, text } = await printedBy((options) => project.stack.up(options));
  expect(failed, text).toBe(false);
  expect(text).not.toContain("04da6b54");
  await previewOf(project, "--expect-no-changes");
}

/** Destroys a stack. */
export async function destroy(project: EngineProject): Promise<void> {
  const { failed, text } = await printedBy((options) => project.stack.destroy(options));
  expect(failed, text).toBe(false);
}

/** Which of these roles there are, and every slot. */
export async function rolesAndSlots(server: PostgresServer, roles: readonly string[]): Promise<unknown[]> {
  const rows = await server.query(
    `SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)
     UNION ALL SELECT slot_name FROM pg_replication_slots`,
    [roles],
  );
  return rows.map(({ name }) => name);
}

/** Whether a role reads a table. */
export async function reads(server: PostgresServer, role: string, table: string, database: string) {
  const [row] = await server.query("SELECT has_table_privilege($1, $2, 'SELECT') AS yes", [role, table], {
    database,
  });
  return row?.yes;
}
