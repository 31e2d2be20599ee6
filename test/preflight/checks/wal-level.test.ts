import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("wal-level", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major, ready: false });
  });
  afterAll(() => source.stop());

  it("fails below logical, says when it only waits for a restart, and passes after that", async () => {
    const before = await source.judge("wal-level");
    expect(before).toMatchObject({
      outcome: "fail",
      message: "wal_level is replica",
      findings: [{ object: "wal_level", current: "replica", needed: "logical", where: "default" }],
      fix: { sql: ["ALTER SYSTEM SET wal_level = 'logical';"], effect: "restart" },
    });

    await source.run(...(before.fix?.sql ?? []));
    expect(await source.judge("wal-level")).toMatchObject({
      outcome: "fail",
      fix: {
        text: "wal_level is already set to logical in the settings files",
        sql: [],
        effect: "restart",
      },
    });

    await source.restart();
    expect((await source.judge("wal-level")).outcome).toBe("pass");
  });

  it("warns if the next restart undoes it, by another line or by none, until the fix is run", async () => {
    for (const [statement, where] of [
      ["ALTER SYSTEM SET wal_level = 'replica'", expect.stringMatching(/postgresql\.auto\.conf:\d+$/)],
      ["ALTER SYSTEM RESET wal_level", "the settings files"],
    ] as const) {
      await source.run(statement);
      const result = await source.judge("wal-level");
      expect(result).toMatchObject({
        outcome: "warn",
        message: "the next restart changes wal_level",
        findings: [
          {
            object: "wal_level",
            current: "logical now, replica after the next restart",
            needed: "logical",
            where,
          },
        ],
        fix: { sql: ["ALTER SYSTEM SET wal_level = 'logical';"], effect: "none" },
      });
      await source.run(...(result.fix?.sql ?? []));
      expect((await source.judge("wal-level")).outcome).toBe("pass");
    }
  });

  it("warns a user who cannot see the files that a change waits for a restart", async () => {
    await source.run(
      "CREATE ROLE reader LOGIN PASSWORD 'right'",
      "ALTER SYSTEM SET wal_level = 'replica'",
      "SELECT pg_reload_conf()",
    );
    const admin = source.as("reader", "right");
    await expect
      .poll(() => source.judge("wal-level", { admin }))
      .toMatchObject({
        outcome: "warn",
        findings: [
          { current: "logical now, another value after the next restart", where: "the settings files" },
        ],
      });
    await source.run("ALTER SYSTEM SET wal_level = 'logical'", "SELECT pg_reload_conf()");
    await expect.poll(() => source.judge("wal-level", { admin })).toMatchObject({ outcome: "pass" });
  });

  it.runIf(major >= 17)("prints no ALTER SYSTEM if the server rejects it", async () => {
    const fixed = await startSource({
      major,
      ready: false,
      settings: { allow_alter_system: "off", wal_level: "replica" },
    });
    expect(await fixed.judge("wal-level")).toMatchObject({
      outcome: "fail",
      fix: {
        text: "Set wal_level = 'logical' in the settings files, or in the operator or console that writes them: this server rejects ALTER SYSTEM (allow_alter_system is off)",
        sql: [],
        effect: "restart",
      },
    });
    await fixed.stop();
  });

  it("prints no ALTER SYSTEM if the command line overrides it, and reads no file then", async () => {
    const result = await source.judge("wal-level", {
      amend: (facts) => {
        if (facts.server.kind !== "read") return facts;
        const wal_level = { value: "replica", source: "command line" };
        const settings = { ...facts.server.value.settings, wal_level };
        return { ...facts, server: { kind: "read", value: { ...facts.server.value, settings } } };
      },
    });
    expect(result).toMatchObject({
      outcome: "fail",
      fix: {
        text: "Set wal_level = 'logical' where the server is started: it comes from the command line, which overrides ALTER SYSTEM",
        sql: [],
      },
    });
  });
});
