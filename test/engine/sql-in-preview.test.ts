import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineProject, engineProject } from "../support/engine";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { createShop, type Shop, shopProgram } from "./shop";

/** A component as the state has it. */
interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly custom: boolean;
  readonly inputs?: { readonly [name: string]: unknown };
}

/* What a reviewer reads in a plain `pulumi preview --diff`, or a policy in the inputs, without any of our tools. */
describe("the SQL of a deployment", { timeout: 240_000 }, () => {
  const rolePassword = uniqueName("canary-role-password");
  let server: SharedPostgres;
  let shop: Shop;
  let other: string;
  let project: EngineProject;
  let firstPreview: { readonly diff: string; readonly json: string };

  /** The passwords are plain text in it: whatever shows them, the engine does not mask it. */
  const program = (changed: Record<string, unknown> = {}) =>
    shopProgram(server, shop, changed)
      .replace('config.requireSecret("adminPassword")', JSON.stringify(server.admin.password))
      .replace('config.requireSecret("rolePassword")', JSON.stringify(rolePassword));
  const inputsOf = (type: string, resources: readonly Recorded[]) =>
    resources.find((resource) => resource.type === type)?.inputs;
  const quoted = (statement: string) => JSON.stringify(statement);
  const isGrant = (element: string) => element.startsWith('"GRANT');

  beforeAll(async () => {
    server = await sharedPostgres(17);
    shop = await createShop(server);
    other = uniqueName("writer");
    await server.query(`CREATE ROLE ${other}`);
    project = await engineProject(program());
    firstPreview = {
      diff: (await project.pulumi("preview", "--diff")).text,
      json: (await project.pulumi("preview", "--json")).text,
    };
    await project.stack.up();
  }, 480_000);
  afterAll(async () => {
    await project.stack.destroy();
    await project[Symbol.asyncDispose]();
  });

  const expected = () => ({
    "ardent:index:ReplicationRole": {
      name: shop.role,
      superuser: true,
      sql: [
        `CREATE ROLE "${shop.role}" WITH LOGIN PASSWORD '<strong-password>';`,
        `ALTER ROLE "${shop.role}" WITH REPLICATION SUPERUSER;`,
      ],
    },
    "ardent:index:SourceGrants": {
      role: shop.role,
      database: shop.database,
      sql: [`GRANT CONNECT, CREATE ON DATABASE "${shop.database}" TO "${shop.role}";`],
      schemas: {
        public: {
          owners: [shop.owner],
          sql: [
            `GRANT USAGE ON SCHEMA "public" TO "${shop.role}";`,
            `GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "${shop.role}";`,
            `GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "${shop.role}";`,
            ...defaultsOf(shop.owner),
          ],
        },
      },
    },
  });
  const statementsOf = (inputs: object): string[] =>
    Object.entries(inputs).flatMap(([name, value]) => {
      if (name === "sql") return value as string[];
      return typeof value === "object" ? statementsOf(value) : [];
    });
  const defaultsOf = (owner: string) =>
    ["TABLES", "SEQUENCES"].map(
      (objects) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE "${owner}" IN SCHEMA "public" GRANT SELECT ON ${objects} TO "${shop.role}";`,
    );

  it("is shown line by line in the first preview, as text and as JSON", () => {
    const { steps } = JSON.parse(firstPreview.json.slice(firstPreview.json.indexOf("{\n"))) as {
      steps: { newState: Recorded }[];
    };
    const planned = steps.map(({ newState }) => newState);
    for (const [type, inputs] of Object.entries(expected())) {
      expect(inputsOf(type, planned), type).toEqual(inputs);
      for (const statement of statementsOf(inputs)) expect(firstPreview.diff).toContain(quoted(statement));
    }
  });

  it("is in the state with the other arguments, without a password", async () => {
    const { text } = await project.pulumi("stack", "export", "--show-secrets");
    const { resources } = JSON.parse(text).deployment as { resources: Recorded[] };
    expect(inputsOf("ardent:index:PostgresSource", resources)).toEqual({
      host: server.host,
      port: server.port,
      database: shop.database,
      admin: { user: "postgres" },
      role: { name: shop.role },
      schemas: { public: { owners: [shop.owner] } },
      replicaIdentity: { "public.events": "exclude" },
    });
    for (const [type, inputs] of Object.entries(expected()))
      expect(inputsOf(type, resources)).toEqual(inputs);
    const components = JSON.stringify(resources.filter(({ custom }) => !custom));
    const everything = JSON.stringify(resources);
    const shown = [firstPreview.diff, firstPreview.json, await project.stateFolder()].join("\n");
    for (const password of [rolePassword, server.admin.password]) {
      expect(everything, "something was looked at").toContain(password);
      expect(components.indexOf(password)).toBe(-1);
      expect(shown.indexOf(password)).toBe(-1);
    }
  });

  it("is made in order, with each dependency recorded once: default privileges first, and before them the cleanup", async () => {
    const { text } = await project.pulumi("stack", "export");
    const { resources } = JSON.parse(text).deployment as { resources: Recorded[] };
    const nameOf = (urn: string) => urn.replace(/.*::/, "");
    const recorded = resources.map(({ urn, dependencies = [] }) => [nameOf(urn), dependencies.map(nameOf)]);
    const owner = `shop-schema.public-${shop.owner}`;
    const grants = ["usage", "tables", "sequences"].map((type) => `shop-schema.public-${type}`);
    expect(Object.fromEntries(recorded)).toMatchObject({
      "shop-cleanup": ["shop-role"],
      "shop-database": [],
      [`${owner}-tables`]: [],
      [`${owner}-sequences`]: [],
      "shop-schema.public-usage": [],
      "shop-schema.public-tables": [`${owner}-tables`],
      "shop-schema.public-sequences": [`${owner}-sequences`],
    });
    const grantsOf = resources.find(({ type }) => type === "ardent:index:SourceGrants");
    expect(grantsOf?.dependencies?.map(nameOf)).toEqual(["shop-cleanup"]);
    const preflight = recorded.find(([name]) => name === "shop-preflight")?.[1] as string[];
    // The role's id tells whether this program is still to create it.
    expect(preflight.toSorted()).toEqual(
      ["shop-role", "shop-database", `${owner}-tables`, `${owner}-sequences`, ...grants].sort(),
    );
  });

  it("shows a new owner as added lines, and a removed owner as deleted lines", async () => {
    await project.setProgram(program({ schemas: { public: { owners: [shop.owner, other] } } }));
    const more = await project.pulumi("preview", "--diff");
    expect(changedElements(more.text, "+")).toEqual(expect.arrayContaining(defaultsOf(other).map(quoted)));
    expect(changedElements(more.text, "+-~").filter(isGrant)).toEqual([]);

    await project.setProgram(program({ schemas: { public: {} } }));
    const less = await project.pulumi("preview", "--diff");
    expect(changedElements(less.text, "-")).toEqual(
      expect.arrayContaining(defaultsOf(shop.owner).map(quoted)),
    );
    expect(changedElements(less.text, "+-~").filter(isGrant)).toEqual([]);
  });

  it("shows a changed owner as the change of its lines", async () => {
    await project.setProgram(program({ schemas: { public: { owners: [other] } } }));
    const { text } = await project.pulumi("preview", "--diff");
    defaultsOf(shop.owner).forEach((before, index) => {
      const after = defaultsOf(other)[index] as string;
      expect(text).toContain(`${quoted(before)} => ${quoted(after)}`);
    });
  });

  it("has nothing to show where nothing changes", async () => {
    await project.setProgram(program());
    expect(Object.keys((await project.stack.preview()).changeSummary)).toEqual(["same"]);
  });
});

/** The elements of lists that a diff adds, changes or takes away. */
function changedElements(diff: string, signs: string): string[] {
  const lines = diff.split("\n").map((line) => line.trim());
  return lines.flatMap((line) => {
    const { sign = "", value } = /^(?<sign>[-+~]) \[\d+\]: (?<value>.*)$/.exec(line)?.groups ?? {};
    return value !== undefined && signs.includes(sign) ? [value] : [];
  });
}
