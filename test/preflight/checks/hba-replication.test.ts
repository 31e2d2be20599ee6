import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const HBA = [
  "host replication ardent 198.51.100.7/32 scram-sha-256",
  "host postgres ardent 198.51.100.8/32 scram-sha-256",
  "host postgres ardent 172.16.0.0/12 scram-sha-256",
  "host all postgres all scram-sha-256",
];

describeCheck("hba-replication", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major, hba: HBA });
    await source.run("CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  it("passes with a line with the database's name, as the server itself decides", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("hba-replication", { request: { egressIp: "198.51.100.8" } })).toMatchObject({
      outcome: "pass",
    });
    expect(await source.judge("hba-replication", { role })).toMatchObject({
      outcome: "skipped",
      message: "pg_hba.conf cannot be checked without Ardent's egress IP; one from this machine is allowed",
    });
  });

  it("fails with only a line with the keyword replication, and refers to the fix of hba-sql", async () => {
    const { checks } = await source.preflight({ request: { egressIp: "198.51.100.7" } });
    const [sql, replication] = ["hba-sql", "hba-replication"].map((id) =>
      checks.find((check) => check.id === id),
    );
    expect(sql).toMatchObject({
      outcome: "fail",
      findings: [
        { current: "no matching line" },
        {
          object: "line host replication ardent 198.51.100.7/32 scram-sha-256",
          current: "for database replication",
          needed: "database postgres",
        },
        { current: "for address 198.51.100.8/32", needed: "address 198.51.100.7" },
        { current: "for address 172.16.0.0/12", needed: "address 198.51.100.7" },
        { current: "for user postgres", needed: "user ardent" },
      ],
      fix: { text: expect.stringMatching(/^Add this line below .*pg_hba\.conf:5:\nhostssl {2}postgres/) },
    });
    expect(replication).toMatchObject({
      outcome: "fail",
      message: "pg_hba.conf rejects a replication session from 198.51.100.7: no matching line",
      findings: [{ current: "no matching line" }],
      findingCount: 1,
      fix: { text: "Fixed by the hba-sql fix", effect: "none" },
    });

    const line = sql?.fix?.text.split("\n").at(-1);
    await source.exec(["sh", "-c", `echo "${line}" >> "$(psql -AtU postgres -c 'SHOW hba_file')"`]);
    await source.run("SELECT pg_reload_conf()");
    for (const id of ["hba-sql", "hba-replication"])
      expect(await source.judge(id, { request: { egressIp: "198.51.100.7" } })).toMatchObject({
        outcome: "pass",
        message: expect.stringMatching(/pg_hba\.conf:6$/),
      });
  });
});
