import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const HBA = [
  "host replication ardent 198.51.100.7/32 scram-sha-256",
  "host replication ardent 198.51.100.8/32 reject",
  "host postgres ardent 198.51.100.0/24 scram-sha-256",
  "host all postgres all scram-sha-256",
];

describeCheck("hba-replication-line", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major, hba: HBA });
    await source.run("CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  const judge = (egressIp?: string) =>
    source.judge("hba-replication-line", { request: egressIp === undefined ? {} : { egressIp } });

  it("passes with a line that has the keyword, and names it", async () => {
    expect(await judge("198.51.100.7")).toMatchObject({
      outcome: "pass",
      message: expect.stringMatching(/pg_hba\.conf:\d+$/),
    });
  });

  it("warns without one, even with a line for the database, until its line is added", async () => {
    const result = await judge("198.51.100.9");
    expect(result).toMatchObject({
      outcome: "warn",
      findings: [{ object: "role ardent to replication from 198.51.100.9", current: "no matching line" }],
      fix: {
        text: expect.stringMatching(
          /Add this line below .*pg_hba\.conf:5:\nhostssl {2}replication {2}ardent {2}198\.51\.100\.9\/32 {2}scram-sha-256$/,
        ),
        sql: [],
        effect: "reload",
      },
    });
    const line = result.fix?.text.split("\n").at(-1) ?? "";
    await source.exec(["sh", "-c", `echo "${line}" >> "$(psql -AtU postgres -c 'SHOW hba_file')"`]);
    await source.run("SELECT pg_reload_conf()");
    expect(await judge("198.51.100.9")).toMatchObject({ outcome: "pass" });
  });

  it("warns where a line with the keyword rejects, and puts the new one above it", async () => {
    const result = await judge("198.51.100.8");
    expect(result).toMatchObject({ outcome: "warn", findings: [{ current: "the line's method is reject" }] });
    expect(result.fix?.text).toContain(`above ${result.findings[0]?.where}:`);
  });

  it("waits for the line that matters", async () => {
    expect(await judge("203.0.113.7")).toMatchObject({
      outcome: "skipped",
      message: "needs hba-replication",
    });
    expect(await judge()).toMatchObject({
      outcome: "skipped",
      message: "needs hba-replication, which was skipped",
    });
  });
});
