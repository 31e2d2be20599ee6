import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Source, startSource } from "../source";

const HBA = [
  "host replication ardent 198.51.100.7/32 scram-sha-256",
  "host postgres ardent 198.51.100.8/32 scram-sha-256",
  "host postgres ardent 172.16.0.0/12 scram-sha-256",
  "host all postgres all scram-sha-256",
];

describe("hba-replication", () => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ hba: HBA });
    await source.run("CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  it("passes by a line with the database's name, as the server itself decides", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("hba-replication", { request: { egressIp: "198.51.100.8" } })).toMatchObject({
      outcome: "pass",
    });
    expect(await source.judge("hba-replication", { role })).toMatchObject({
      outcome: "skipped",
      message: "without Ardent's egress IP pg_hba.conf cannot be judged; one from here is let in",
    });
  });

  it("fails where there is only a line with the keyword replication", async () => {
    const result = await source.judge("hba-replication", { request: { egressIp: "198.51.100.7" } });
    expect(result).toMatchObject({
      outcome: "fail",
      message: "a replication session from 198.51.100.7 is refused: no line of pg_hba.conf matches",
      fix: {
        text: "Add this line to pg_hba.conf:\nhostssl  postgres  ardent  198.51.100.7/32  scram-sha-256",
        effect: "reload",
      },
    });
  });
});
