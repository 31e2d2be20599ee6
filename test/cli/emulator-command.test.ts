import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createSource, databaseExists } from "../emulator/test-source";
import { OpenApiClient } from "../support/openapi-client";
import { commandLine } from "./command-line";

/** Runs the command until it has said where it listens, does something with it, and presses Ctrl-C. */
async function runUntil(args: string[], use: (said: string) => Promise<void>) {
  let used: Promise<void> | undefined;
  const finished = await commandLine(["emulator", ...args], {
    started: (child) =>
      child.stdout?.once("data", (said) => {
        used = use(String(said)).finally(() => child.kill("SIGINT"));
      }),
  });
  await used;
  return finished;
}

describe("pulumi-ardent emulator", () => {
  test("says that it is not Ardent, and what to export", async () => {
    const { exitCode, stdout, stderr } = await runUntil([], async () => {});
    expect(stdout).toContain("This is NOT Ardent");
    // The next one knows neither the token nor the connectors that states hold.
    expect(stdout).toContain("`pulumi destroy`");
    expect(stdout).toMatch(/project {2}prj_[0-9a-f]{16}\n/);
    expect(stdout).toMatch(/export ARDENT_API_URL=http:\/\/127\.0\.0\.1:\d+\/v1\n/);
    expect(stdout).toMatch(/export ARDENT_TOKEN=sk-ard_test_[0-9a-f]{48}\n/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  test("prints one line of JSON for programs, and writes the token to a private file", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "emulator-")), "token");
    await writeFile(file, "old", { mode: 0o644 });
    const { stdout } = await runUntil(["--json", "--token-file", file], async (said) => {
      const { url, token, projectId } = JSON.parse(said);
      expect(await readFile(file, "utf8")).toBe(`${token}\n`);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const reply = await new OpenApiClient({ url, token }).call("GET", `/v1/projects/${projectId}`);
      expect(reply.status).toBe(200);
    });
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  });

  test("ends where the token cannot be written, and says why", async () => {
    const { exitCode, stdout, stderr } = await commandLine([
      "emulator",
      "--token-file",
      "/nonexistent/token",
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("/nonexistent/token: cannot be written (ENOENT)");
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test("removes its objects from the sources when it is stopped", async () => {
    const source = await createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY)" });
    let copy = "";
    const { exitCode, stderr } = await runUntil(["--json"], async (said) => {
      const { url, token, projectId } = JSON.parse(said);
      const api = new OpenApiClient({ url, token });
      const { body } = await api.call("POST", "/v1/connectors", {
        service_name: "postgresql",
        project_id: projectId,
        name: "shop",
        connection_details: source.details(),
      });
      const path = `/v1/connectors/${body.id}`;
      await api.finish(await api.call("POST", `${path}/discover`));
      await api.call("POST", `${path}/selection`, { selected_paths: ["*"] });
      const setUp = await api.finish(await api.call("POST", `${path}/engine-setup`));
      expect(setUp.status).toBe("completed");
      expect(await source.artifacts()).toHaveLength(4);
      await source.admin.close();
      const branch = { connector_id: body.id, service_type: "postgres", name: "pr-42" };
      const made = await api.finish(await api.call("POST", "/v1/branch/create", branch));
      copy = new URL(made.result.branch_url).pathname.slice(1);
      expect(await databaseExists(copy)).toBe(true);
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(await source.artifacts()).toEqual([]);
    expect(await databaseExists(copy)).toBe(false);
    await source.drop();
  });

  test("takes faults from a file", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "emulator-")), "faults.json");
    await writeFile(file, JSON.stringify([{ operation: "*", fault: { kind: "status", status: 503 } }]));
    await runUntil(["--json", "--faults", file], async (said) => {
      const { url, token, projectId } = JSON.parse(said);
      const api = new OpenApiClient({ url, token });
      expect((await api.send("GET", `/v1/projects/${projectId}`)).status).toBe(503);
      expect((await api.send("GET", `/v1/projects/${projectId}`)).status).toBe(200);
    });
  });

  test.each([
    ["no such file", undefined, /faults\.json: cannot be read \(ENOENT\)/],
    ["no array", "{}", /faults\.json: is not a JSON array/],
    ["no JSON", "[", /faults\.json: is not a JSON array/],
    [
      "a rule that is none",
      '[{"operation":"GET /v2","fault":{"kind":"cut"}}]',
      /rule 1\.operation: Not an operation[\s\S]*GET \/v2/,
    ],
  ])("rejects invalid faults: %s", async (_, content, message) => {
    const file = join(await mkdtemp(join(tmpdir(), "emulator-")), "faults.json");
    if (content !== undefined) await writeFile(file, content);
    const { exitCode, stdout, stderr } = await commandLine(["emulator", "--faults", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("warns when others can reach it, and serves them", async () => {
    const { stdout, stderr } = await runUntil(["--host", "0.0.0.0"], async () => {});
    expect(stderr).toContain("0.0.0.0 is not a loopback address");
    expect(stderr).toContain("plain HTTP");
    expect(stdout).toMatch(/ARDENT_API_URL=http:\/\/0\.0\.0\.0:\d+\/v1/);
    expect((await runUntil(["--host", "127.0.0.3"], async () => {})).stderr).toBe("");
  });

  test("says with --state what is stored, where, and what stays on the sources", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "emulator-")), "state.json");
    const { exitCode, stdout, stderr } = await runUntil(["--state", file], async () => {});
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`stores its state in\n${file}, including the passwords of these databases`);
    expect(stdout).not.toContain("undoes those changes");
    expect(stderr).toContain(`pulumi-ardent emulator --state ${file}`);
  });

  test("rejects an invalid port", async () => {
    const { exitCode, stderr } = await commandLine(["emulator", "--port", "70000"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("0 to 65535");
  });
});
