import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineProject } from "../../support/engine";
import { EVERYTHING } from "../../support/tier";
import { destroy, previewOf, projectOf, rolesAndSlots, useServices } from "./program-of-its-own";

describe("a deployment that is held to the plan of its preview", { timeout: 400_000 }, () => {
  const services = useServices();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "update-plan-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const planOf = () => path.join(folder, "plan.json");
  const upByPlan = (project: EngineProject) =>
    project.pulumi("up", "--yes", "--skip-preview", "--plan", planOf());

  async function deployByPlan(project: EngineProject): Promise<string> {
    const preview = await project.pulumi("preview", "--diff", "--save-plan", planOf());
    expect(preview.code, preview.text).toBe(0);
    const up = await upByPlan(project);
    expect(up.code, up.text).toBe(0);
    return preview.text;
  }

  it("grants and connects, adds a schema and an owner, changes nothing, and stops if the source changed", async () => {
    const { server, shop, emulator } = services();
    const at = { database: shop.database };
    await server.query(`CREATE ROLE ${shop.role} LOGIN REPLICATION SUPERUSER PASSWORD 'role-secret'`);
    await server.query("CREATE ROLE etl; CREATE SCHEMA audit", [], at);
    const program = (schemas: object) => `
const source = new ardent.PostgresSource("shop", {
  host: "${server.host}", port: ${server.port}, database: "${shop.database}",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "${shop.role}", password: config.requireSecret("rolePassword"), create: false },
  schemas: ${JSON.stringify(schemas)},
  replicaIdentity: { "public.events": "exclude" },
  connector: { projectId: "${emulator.projectId}" },
});
new ardent.Branch("feature", { connectorId: source.connectorId, name: "feature" }, { dependsOn: source });
exports.checks = source.checks;
`;
    const granted = { owners: [shop.owner] };
    await using project = await projectOf(program({ public: granted }), services());
    const first = await deployByPlan(project);
    expect(first).toMatch(/wal-level +: "pass"/);
    expect(first, "only the deployment can tell").toMatch(/read-tables +: \[unknown\]/);
    await previewOf(project, "--expect-no-changes");

    await project.setProgram(program({ public: { owners: [shop.owner, "etl"] }, audit: granted }));
    expect(await deployByPlan(project)).toMatch(/~ schema-usage +: "pass" => \[unknown\]/);
    expect(await deployByPlan(project)).not.toContain("[unknown]");

    await previewOf(project, "--save-plan", planOf());
    await server.query("CREATE TABLE audit.keyless (id int)", [], at);
    const stopped = await upByPlan(project);
    expect(stopped.code, stopped.text).not.toBe(0);
    expect(stopped.text).toContain("violates plan");

    await destroy(project);
    expect(await rolesAndSlots(server, [])).toEqual([]);
  });

  it.runIf(EVERYTHING)("creates the database and the role, and rotates the password", async () => {
    const { server, shop, emulator } = services();
    const place = `host: "${server.host}", port: ${server.port}`;
    const program = `
const postgresql = require("@pulumi/postgresql");
const admin = { user: "postgres", password: config.requireSecret("adminPassword") };
const provider = new postgresql.Provider("server", {
  ${place}, username: admin.user, password: admin.password, sslmode: "disable",
});
const db = new postgresql.Database("green", { name: "planned" }, { provider });
new ardent.PostgresSource("green", {
  ${place}, database: db.name, admin,
  role: { name: "planned_ardent", password: config.requireSecret("rolePassword") },
  schemas: { public: { owners: ["${shop.owner}"] } },
  connector: { projectId: "${emulator.projectId}" },
});
`;
    await using project = await projectOf(program, services());
    await deployByPlan(project);
    await project.pulumi("config", "set", "--secret", "rolePassword", "rotated-secret");
    await deployByPlan(project);
    await destroy(project);
    expect(await rolesAndSlots(server, ["planned_ardent"])).toEqual([]);
  });
});
