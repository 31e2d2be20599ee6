import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Source, startSource } from "../source";

describe("output-plugin-allowed on a release without the list", () => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major: 13 });
  });
  afterAll(() => source.stop());

  it("passes, and says so", async () => {
    expect(await source.judge("output-plugin-allowed")).toMatchObject({
      outcome: "pass",
      message: "this release has no such list",
    });
  });
});

describe("output-plugin-allowed", () => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ ready: false, settings: { wal_level: "logical" } });
    await source.run("CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  it("fails where wal2json is not on the list, and passes once its fix is pasted and loaded", async () => {
    const result = await source.judge("output-plugin-allowed");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "the server does not allow wal2json",
      findings: [{ object: "output_plugin_libraries", where: "default" }],
      fix: {
        sql: ["ALTER SYSTEM SET output_plugin_libraries = pgoutput, test_decoding, wal2json;"],
        effect: "reload",
      },
    });

    await source.run(...(result.fix?.sql ?? []));
    expect(await source.judge("output-plugin-allowed")).toMatchObject({
      outcome: "fail",
      fix: { text: expect.stringMatching(/in the settings files already: it waits$/), effect: "reload" },
    });

    await source.run("SELECT pg_reload_conf()");
    await source.restart();
    expect((await source.judge("output-plugin-allowed")).outcome).toBe("pass");
    await source.run("SELECT pg_create_logical_replication_slot('works', 'wal2json', true)");
  });

  it("follows what is set for the role alone", async () => {
    await source.run("ALTER ROLE ardent SET output_plugin_libraries = pgoutput");
    expect(await source.judge("output-plugin-allowed")).toMatchObject({
      outcome: "fail",
      findings: [{ current: "pgoutput", where: "role ardent" }],
    });
    await source.run("ALTER ROLE ardent RESET output_plugin_libraries");
  });

  it("is told by a slot for a user who does not see the setting, and skipped without one", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("output-plugin-allowed", { admin: role, role })).toMatchObject({
      outcome: "skipped",
      message:
        "output_plugin_libraries is hidden from this user (pg_read_all_settings shows it), and no slot tells: no slot is created in this run",
    });
    expect(
      await source.judge("output-plugin-allowed", { admin: role, role, probes: { slot: true, login: true } }),
    ).toMatchObject({ outcome: "pass" });
  });
});
