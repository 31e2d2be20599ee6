import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { commandLine } from "./command-line";

describe("pulumi-ardent init", () => {
  let postgres: SharedPostgres;
  let database: string;
  let folder: string;
  const writer = uniqueName("writer");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-init-"));
    postgres = await sharedPostgres(17);
    database = await postgres.createDatabase("init");
    await postgres.query(
      `CREATE ROLE ${writer}; CREATE SCHEMA app;
       CREATE TABLE app.orders (id serial PRIMARY KEY); ALTER TABLE app.orders OWNER TO ${writer};
       CREATE TABLE app.events (what text); ALTER TABLE app.events OWNER TO ${writer}`,
      undefined,
      { database },
    );
  });
  afterAll(async () => {
    await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
    await postgres.query(`DROP ROLE ${writer}`);
    await rm(folder, { recursive: true });
  });

  it("writes a project for a database, without a password, and says what follows", async () => {
    const directory = join(folder, "infra");
    const args = ["init", postgres.url(database), "--role", "ardent", "--directory", directory];
    const { exitCode, stdout, stderr } = await commandLine(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const files = [".gitignore", "Pulumi.yaml", "index.ts", "package.json", "tsconfig.json"];
    expect((await readdir(directory)).toSorted()).toEqual(files);
    const written = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
    for (const text of [...written, stdout]) expect(text).not.toContain(postgres.admin.password);
    expect(written[2]).toContain(`    app: { owners: ["${writer}"] },`);
    expect(written[2]).toContain('    "app.events": "exclude", // without a primary key');
    expect(stdout).toContain(
      `Found in ${database}: 1 schema, 1 owner, 2 tables; no role ardent: the program creates it\n`,
    );
    expect(stdout).toContain("To decide: 1 table without a usable replica identity, excluded for now");
    expect(stdout).toMatch(/\n {2}pulumi preview\n$/);
  });

  it("overwrites nothing, and says so before it reads the database", async () => {
    await writeFile(join(folder, "index.ts"), "mine");
    await writeFile(join(folder, "Pulumi.yaml"), "mine");
    const { exitCode, stdout, stderr } = await commandLine([
      "init",
      "postgres://u@127.0.0.1:1/shop",
      "--directory",
      folder,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`${join(folder, "index.ts")}: exists already`);
    expect(stderr).toContain(`${join(folder, "Pulumi.yaml")}: exists already`);
    expect(await readFile(join(folder, "index.ts"), "utf8")).toBe("mine");
  });

  it("leaves nothing where the database cannot be read", async () => {
    const directory = join(folder, "none");
    const args = ["init", "postgres://u@127.0.0.1:1/shop", "--directory", directory];
    const { exitCode, stderr } = await commandLine(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("The database cannot be read");
    await expect(readdir(directory)).rejects.toThrow("ENOENT");
  });
});
