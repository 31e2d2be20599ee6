import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("config-files", { byVersion: true }, (major) => {
  let source: Source;
  const files: { [name: string]: string } = {};
  beforeAll(async () => {
    source = await startSource({ major, settings: { wal_level: "replica", max_worker_processes: "9" } });
    for (const name of ["config_file", "hba_file", "ident_file", "data_directory"])
      files[name] = (await source.exec(["psql", "-AtU", "postgres", "-c", `SHOW ${name}`])).trim();
  });
  afterAll(() => source.stop());

  /** Looks while a file has one more line. */
  async function withLine<T>(name: string, line: string, look: () => Promise<T>): Promise<T> {
    const file = files[name] ?? "";
    const original = await source.exec(["cat", file]);
    await source.exec(["sh", "-c", `cat >> ${file} <<'END'\n${line}\nEND`]);
    try {
      return await look();
    } finally {
      await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${original}END`]);
    }
  }
  const judge = () => source.judge("config-files");
  /** What a start does first: it reads the settings, and gives up where it cannot. */
  const readAsAStartDoes = () => source.exec(["postgres", "-C", "port", "-D", files.data_directory ?? ""]);

  /** Resolves when the server has read its files and keeps a value for its next start, which new sessions then know. */
  const waits = async (name: string) => {
    const sql = `SELECT pending_restart FROM pg_settings WHERE name = '${name}'`;
    while ((await source.exec(["psql", "-AtX", "-c", sql])).trim() !== "t");
  };

  it("passes, also with settings that wait for a restart or were removed from the files", async () => {
    expect(await judge()).toMatchObject({ outcome: "pass" });
    await source.run("ALTER SYSTEM SET max_connections = 150", "ALTER SYSTEM SET wal_level = 'minimal'");
    await source.exec(["sed", "-i", "/^max_worker_processes/d", files.config_file ?? ""]);
    expect(await judge()).toMatchObject({ outcome: "pass" });
    await source.run("ALTER SYSTEM RESET ALL");
    expect(await judge()).toMatchObject({ outcome: "pass" });
  });

  it.each([
    ["a value that is none", "work_mem = 'much'", "work_mem"],
    ["a value that is none and would need a restart", "max_wal_senders = many", "max_wal_senders"],
    ["a setting that does not exist", "no_such_setting = on", "no_such_setting"],
    ["a line that cannot be read", "work_mem = 'never closed", "postgresql.conf"],
    ["a file that is not there", "include 'nowhere.conf'", "postgresql.conf"],
  ])("fails for %s, with which the server does not start", async (_, line, object) => {
    const [result, start] = await withLine("config_file", line, () =>
      Promise.all([judge(), readAsAStartDoes().catch(() => "refused")]),
    );
    expect(start).toBe("refused");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "the server could not start with its current configuration files",
      findings: [{ object, where: expect.stringMatching(/postgresql\.conf:\d+$/) }],
      fix: { text: "Correct these lines before the server is reloaded or restarted.", sql: [] },
    });
    expect((await readAsAStartDoes()).trim()).toMatch(/^\d+$/);
  });

  it.each([
    ["max_connections", "150", "many"],
    ["wal_level", "minimal", "high"],
    ["archive_mode", "on", "sometimes"],
    ["shared_buffers", "64MB", "64 parsecs"],
  ])("fails for a restart of %s that waits with %s and would now find %s", async (name, valid, invalid) => {
    const [result, start] = await withLine("config_file", `${name} = '${valid}'`, async () => {
      await source.run("SELECT pg_reload_conf()");
      await waits(name);
      expect(await judge()).toMatchObject({ outcome: "pass" });
      return withLine("config_file", `${name} = '${invalid}'`, () =>
        Promise.all([judge(), readAsAStartDoes().catch(() => "refused")]),
      );
    });
    expect(start).toBe("refused");
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: name, needed: "a valid setting" }],
    });
  });

  it.each([
    ["archive_mode", "yes"],
    ["huge_pages", "false"],
    ["wal_level", "hot_standby"],
    ["max_connections", "0x99"],
    ["shared_buffers", "64.5MB"],
  ])("passes while %s waits for a restart with %s", async (name, value) => {
    const start = await withLine("config_file", `${name} = '${value}'`, async () => {
      expect(await judge()).toMatchObject({ outcome: "pass" });
      return readAsAStartDoes();
    });
    expect(start.trim()).toMatch(/^\d+$/);
  });

  it("fails for a line of pg_hba.conf that cannot be read, and comes before every restart and reload", async () => {
    const report = await withLine("hba_file", "host all all 10.0.0.0/99 md5", () => source.preflight());
    const [files, walLevel] = ["config-files", "wal-level"].map((id) =>
      report.checks.find((check) => check.id === id),
    );
    expect(files).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "pg_hba.conf",
          current: expect.stringContaining("10.0.0.0/99"),
          where: expect.stringMatching(/pg_hba\.conf:\d+$/),
        },
      ],
    });
    expect(walLevel).toMatchObject({
      outcome: "fail",
      fix: { text: expect.stringMatching(/^Apply the config-files fix first\. /), effect: "restart" },
    });
    expect(await source.judge("wal-level")).toMatchObject({
      fix: { text: expect.not.stringContaining("config-files") },
    });
  });

  it("passes for a line of pg_hba.conf that is valid but can never match", async () => {
    const line = "hostgssenc all all all reject";
    expect(await withLine("hba_file", line, judge)).toMatchObject({ outcome: "pass" });
  });

  it("warns of pg_ident.conf, from 15 on: a server starts without it", async () => {
    const result = await withLine("ident_file", "map only_two", judge);
    if (major < 15) return expect(result).toMatchObject({ outcome: "pass" });
    expect(result).toMatchObject({
      outcome: "warn",
      message: "pg_ident.conf has errors: the server does not load it",
      findings: [{ object: "pg_ident.conf", where: expect.stringMatching(/pg_ident\.conf:\d+$/) }],
    });
  });

  it("is skipped for a user who cannot see the files", async () => {
    await source.run("CREATE ROLE peeper LOGIN PASSWORD 'right'");
    expect(await source.judge("config-files", { admin: source.as("peeper", "right") })).toMatchObject({
      outcome: "skipped",
    });
  });
});
