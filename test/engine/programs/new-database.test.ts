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

describe("a database that is made in the program that connects it", { timeout: 300_000 }, () => {
  const services = useServices();

  it("is previewed, deployed in one go with its schema and its owner, and taken back", async () => {
    const { server, emulator } = services();
    const place = `host: "${server.host}", port: ${server.port}`;
    const program = (database: string) => `
const postgresql = require("@pulumi/postgresql");
const admin = { user: "postgres", password: config.requireSecret("adminPassword") };
const provider = new postgresql.Provider("server", {
  ${place}, username: admin.user, password: admin.password, sslmode: "disable",
});
const owner = new postgresql.Role("writer", { name: "green_writer" }, { provider });
const db = new postgresql.Database("green", { name: "green", owner: owner.name }, { provider });
const billing = new postgresql.Schema("billing", { name: "billing", database: db.name, owner: owner.name }, { provider });
const source = new ardent.PostgresSource("green", {
  ${place},
  database: ${database},
  admin,
  role: { name: "green_ardent", password: config.requireSecret("rolePassword") },
  schemas: { billing: { owners: ["green_writer"] } },
  connector: { projectId: "${emulator.projectId}" },
}, { dependsOn: [billing] });
exports.connectorId = source.connectorId;
`;
    await using project = await projectOf(program("db.name"), services());
    const text = await previewOf(project);
    expect(text).toContain('the server has no database "green" (pending: may be created by this deployment)');
    expect(text, "the server itself is checked").toMatch(/preflight ok: \d\d pending, [12]\d passed/);
    const roles = ["green_ardent", "green_writer"];
    expect(await rolesAndSlots(server, roles)).toEqual([]);

    await deploy(project);
    expect((await project.stack.outputs()).connectorId?.value).toMatch(/^con_/);
    const at = { database: "green" };
    await server.query("SET ROLE green_writer; CREATE TABLE billing.invoices (id int PRIMARY KEY)", [], at);
    expect(await reads(server, "green_ardent", "billing.invoices", "green")).toBe(true);

    await server.query("DROP TABLE billing.invoices", [], at);
    await destroy(project);
    expect(await rolesAndSlots(server, roles)).toEqual([]);
    expect(await server.query("SELECT FROM pg_database WHERE datname = 'green'")).toEqual([]);
  });

  it("fails the preview where no resource makes it, and nothing is made", async () => {
    const { server, shop } = services();
    const program = `new ardent.PostgresSource("nowhere", {
  host: "${server.host}", port: ${server.port}, database: "nowhere",
  admin: { user: "postgres", password: config.requireSecret("adminPassword") },
  role: { name: "${shop.role}", password: config.requireSecret("rolePassword") },
  schemas: { public: {} },
});`;
    await using project = await projectOf(program, services());
    const preview = await project.pulumi("preview");
    expect(preview.code, preview.text).not.toBe(0);
    expect(preview.text).toMatch(/✗ login +the server has no database "nowhere"/);
    expect(preview.text).toContain("if this program creates it, pass its name as an Output: db.name");
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.code, up.text).not.toBe(0);
    expect(await rolesAndSlots(server, [shop.role])).toEqual([]);
  });
});
