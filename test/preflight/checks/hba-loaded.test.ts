import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const EGRESS = { request: { egressIp: "203.0.113.7" } };

describeCheck("hba-loaded", { byVersion: true }, (major) => {
  let source: Source;
  let file: string;
  beforeAll(async () => {
    source = await startSource({ major, hba: ["host all postgres all scram-sha-256"] });
    await source.run("CREATE ROLE ardent LOGIN SUPERUSER PASSWORD 'right'");
    file = (await source.exec(["psql", "-AtU", "postgres", "-c", "SHOW hba_file"])).trim();
  });
  afterAll(() => source.stop());

  /** Changes a file until the change is seen: its time has whole seconds, and that of the load may be of the same. */
  const change = (command: string) =>
    vi.waitFor(
      async () => {
        await source.exec(["sh", "-c", command]);
        const result = await source.judge("hba-loaded");
        expect(result.outcome).toBe("fail");
        return result;
      },
      { timeout: 20_000 },
    );
  const passes = () =>
    vi.waitFor(async () => expect(await source.judge("hba-loaded")).toMatchObject({ outcome: "pass" }), {
      timeout: 20_000,
    });

  it("passes for the file that the server started with", async () => {
    expect(await source.judge("hba-loaded")).toMatchObject({ outcome: "pass" });
  });

  it("fails for a line that is only on the disk, even if hba-sql passes, and passes once it is loaded", async () => {
    const result = await change(`echo 'hostssl all ardent 203.0.113.7/32 scram-sha-256' >> ${file}`);
    expect(result).toMatchObject({
      message: "pg_hba.conf was changed but not reloaded",
      findings: [
        {
          object: file,
          current: expect.stringMatching(/^changed \d{4}-\d\d-\d\dT[\d:]+Z, loaded \d{4}-\d\d-\d\dT[\d:]+Z$/),
          needed: "a reload",
        },
      ],
      fix: { sql: ["SELECT pg_catalog.pg_reload_conf();"] },
    });
    expect(await source.judge("hba-sql", EGRESS)).toMatchObject({ outcome: "pass" });
    await source.run(...(result.fix?.sql ?? []));
    await passes();
  });

  it("fails for a file that is included, from 16 on", async () => {
    if (major < 16) return;
    await source.exec([
      "sh",
      "-c",
      `echo 'include more.conf' >> ${file}; cd "$(dirname ${file})"; echo 'host all all ::1/128 md5' > more.conf; chmod 644 more.conf`,
    ]);
    await source.run("SELECT pg_catalog.pg_reload_conf()");
    await passes();
    const { findings } = await change(`touch "$(dirname ${file})/more.conf"`);
    expect(findings.map(({ object }) => object)).toEqual([expect.stringMatching(/\/more\.conf$/)]);
    await source.run("SELECT pg_catalog.pg_reload_conf()");
    await passes();
  });

  it("leaves a line that cannot be read to config-files, as a reload would load nothing", async () => {
    await source.exec(["sh", "-c", `echo 'host all all 10.0.0.0/99 md5' >> ${file}`]);
    expect(await source.judge("hba-loaded")).toMatchObject({
      outcome: "skipped",
      message: "needs config-files",
    });
    await source.exec(["sed", "-i", "$d", file]);
  });

  it("is skipped for a user who sees the lines, but not the file's time", async () => {
    await source.run(
      "CREATE ROLE peeper LOGIN PASSWORD 'right'",
      "GRANT SELECT ON pg_hba_file_rules TO peeper",
      "GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO peeper",
    );
    await source.exec(["sh", "-c", `echo 'host all peeper all scram-sha-256' >> ${file}`]);
    await source.run("SELECT pg_catalog.pg_reload_conf()");
    await vi.waitFor(
      async () =>
        expect(await source.judge("hba-loaded", { admin: source.as("peeper", "right") })).toMatchObject({
          outcome: "skipped",
          message: "only roles that may execute pg_stat_file() can see when pg_hba.conf was changed",
        }),
      { timeout: 20_000 },
    );
  });
});
