import { describe, expect, it } from "vitest";
import {
  deploy,
  destroy,
  previewOf,
  projectOf,
  reads,
  rolesAndSlots,
  useServices,
} from "./program-of-its-own";

describe("a program that runs, and gets more to replicate", { timeout: 400_000 }, () => {
  const services = useServices();

  it("has a schema with an owner, and a second source, added in one deployment", async () => {
    const { server, shop, emulator } = services();
    const place = `host: "${server.host}", port: ${server.port}`;
    const program = ({ more }: { more: boolean }) => `
const postgresql = require("@pulumi/postgresql");
const admin = { user: "postgres", password: config.requireSecret("adminPassword") };
const password = config.requireSecret("rolePassword");
const provider = new postgresql.Provider("server", {
  ${place}, username: admin.user, password: admin.password, sslmode: "disable", database: "${shop.database}",
});
const role = new ardent.ReplicationRole("ardent", { name: "${shop.role}", password }, { provider });
const source = (name, database, schemas, dependsOn) => new ardent.PostgresSource(name, {
  ${place}, database, admin, schemas,
  role: { name: role.name, password, create: false },
  replicaIdentity: name === "shop" ? { "public.events": "exclude" } : {},
  connector: { projectId: "${emulator.projectId}" },
}, { dependsOn });
const schemas = { public: { owners: ["${shop.owner}"] } };
if (${more}) {
  const owner = new postgresql.Role("etl", { name: "later_etl" }, { provider });
  const audit = new postgresql.Schema("audit", { name: "audit", owner: owner.name }, { provider });
  source("shop", "${shop.database}", { ...schemas, audit: { owners: ["later_etl"] } }, [audit]);
  const crm = new postgresql.Database("crm", { name: "later_crm" }, { provider });
  source("crm", crm.name, { public: {} });
} else source("shop", "${shop.database}", schemas);
`;
    await using project = await projectOf(program({ more: false }), services());
    await deploy(project);

    await project.setProgram(program({ more: true }));
    const text = await previewOf(project);
    expect(text).toMatch(/there is no schema audit \(pending: may be created by this deployment\b/);
    expect(text).toContain(
      'the server has no database "later_crm" (pending: may be created by this deployment)',
    );
    expect(text).not.toContain("✗");
    await deploy(project);
    const at = { database: shop.database };
    await server.query("SET ROLE later_etl; CREATE TABLE audit.entries (id int PRIMARY KEY)", [], at);
    expect(await reads(server, shop.role, "audit.entries", shop.database)).toBe(true);
    expect(await server.query("SELECT FROM pg_replication_slots")).toHaveLength(2);

    await server.query("DROP TABLE audit.entries", [], at);
    await destroy(project);
    expect(await rolesAndSlots(server, [shop.role, "later_etl"])).toEqual([]);
  });
});
