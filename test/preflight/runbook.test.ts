import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckResult, PreflightReport } from "../../src/preflight/report";
import { MAJORS } from "../support/postgres";
import { type How, type Source, startSource } from "./source";

const EGRESS_IP = "203.0.113.7";
const ROLE = "ardent_replication";
const PASSWORD = "right";

/** Ardent's guide, step 1, below the lines that let the administrator in from here. */
const HBA = [
  "local all all trust",
  "host all postgres all scram-sha-256",
  `hostssl all ${ROLE} ${EGRESS_IP}/32 scram-sha-256`,
  `hostssl replication ${ROLE} ${EGRESS_IP}/32 scram-sha-256`,
];

/** Steps 4 of the guide, for a schema whose tables the application's role makes. */
const SETUP = [
  "SET password_encryption = 'scram-sha-256'",
  `CREATE ROLE ${ROLE} WITH LOGIN PASSWORD '${PASSWORD}'`,
  `ALTER ROLE ${ROLE} WITH REPLICATION SUPERUSER`,
  `GRANT CONNECT ON DATABASE "postgres" TO ${ROLE}`,
  `GRANT CREATE ON DATABASE "postgres" TO ${ROLE}`,
  `GRANT USAGE ON SCHEMA "public" TO ${ROLE}`,
  `GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO ${ROLE}`,
  `GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO ${ROLE}`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON TABLES TO ${ROLE}`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO ${ROLE}`,
  `ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON TABLES TO ${ROLE}`,
  `ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO ${ROLE}`,
];

describe.each(MAJORS)("a fresh Postgres %i with the guide followed to the letter", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major, hba: HBA, ready: false });
    await source.run(
      "CREATE ROLE app_writer",
      "GRANT CREATE, USAGE ON SCHEMA public TO app_writer",
      "SET ROLE app_writer",
      "CREATE TABLE orders (id serial PRIMARY KEY, item text)",
      "RESET ROLE",
      "ALTER SYSTEM SET wal_level = 'logical'",
      ...SETUP,
    );
    await source.restart();
    // What the guide does not know of yet: the minor releases that ask which plugins may be used.
    const allowed = await source.judge("output-plugin-allowed");
    await source.run(...(allowed.fix?.sql ?? []), "SELECT pg_reload_conf()");
  });
  afterAll(() => source.stop());

  const preflight = (how: How) =>
    source.preflight({
      request: { role: ROLE, egressIp: EGRESS_IP, tls: true },
      probes: { slot: true, login: true },
      ...how,
    });
  const notPassed = ({ checks }: PreflightReport): Pick<CheckResult, "id" | "outcome" | "message">[] =>
    checks
      .filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped")
      .map(({ id, outcome, message }) => ({ id, outcome, message }));

  it("neither fails nor warns for an administrator on a machine from which pg_hba.conf rejects the role", async () => {
    const report = await preflight({ role: source.as(ROLE, PASSWORD) });
    expect(notPassed(report)).toEqual([]);
    expect(report.ok).toBe(true);
  });

  it("neither fails nor warns for an administrator who does not know the role's password", async () => {
    expect(notPassed(await preflight({}))).toEqual([]);
  });

  it("neither fails nor warns for the role itself, once it is let in from here", async () => {
    await source.exec([
      "sh",
      "-c",
      `echo "host all ${ROLE} all scram-sha-256" >> "$(psql -AtU postgres -c 'SHOW hba_file')"`,
    ]);
    await source.run("SELECT pg_reload_conf()");
    const own = source.as(ROLE, PASSWORD);
    expect(notPassed(await preflight({ admin: own, role: own }))).toEqual([]);
  });
});
