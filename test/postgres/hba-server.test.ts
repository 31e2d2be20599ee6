import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { matchHba } from "../../src/postgres/hba";
import { openSession, type Session } from "../../src/postgres/session";
import { sqlState } from "../../src/postgres/sqlstate";
import { type HbaFacts, readHbaFacts } from "../../src/preflight/facts/hba";
import { type PostgresServer, startPostgres } from "../support/postgres";

const ROLES = ["alice", "bob", "carol", "dave", "erin"];
const DATABASES = ["alice", "grp", "one", "two"];

/** Lines with trust let in, everything else refuses; `postgres` comes in by the first. */
const HBA = [
  "host all postgres all scram-sha-256",
  "host replication all all reject",
  "hostssl one alice 0.0.0.0/0 trust",
  "hostnossl one alice all reject",
  "hostgssenc all all all trust",
  "host sameuser all all trust",
  "host samerole all all trust",
  "host one +grp all trust",
  "host two +grp 203.0.113.0/24 reject",
  "host two bob,dave 172.16.0.0 255.240.0.0 trust",
  "host two dave 0.0.0.0/0 reject",
  "host one erin all trust",
  "host /^(one|two)$ carol all trust",
  "host all all ::/0 trust",
];

describe.each([15, 17] as const)("the sessions that pg_hba.conf of Postgres %i allows", (major) => {
  let server: PostgresServer;
  let admin: Session;
  let facts: { [role: string]: HbaFacts };
  let address: string;
  beforeAll(async () => {
    server = await startPostgres({ major, hba: HBA });
    admin = await login(server.admin);
    // "outer" makes dave an indirect member; erin is a superuser, and no member for that.
    await admin.query(
      "CREATE ROLE grp; CREATE ROLE outer_grp IN ROLE grp; CREATE ROLE alice LOGIN REPLICATION; CREATE ROLE bob LOGIN REPLICATION IN ROLE grp; CREATE ROLE carol LOGIN REPLICATION; CREATE ROLE dave LOGIN REPLICATION NOINHERIT IN ROLE outer_grp; CREATE ROLE erin LOGIN SUPERUSER",
    );
    for (const name of DATABASES) await admin.query(`CREATE DATABASE "${name}"`);
    facts = {};
    for (const role of ROLES) facts[role] = await readHbaFacts(admin, role);
    const [client] = await admin.query<{ address: string }>("SELECT host(inet_client_addr()) AS address");
    address = client?.address ?? "";
  });
  afterAll(async () => {
    await admin?.close();
    await server?.stop();
  });

  it("are as predicted, for every role and database, encrypted or not, SQL and WAL sender", async () => {
    const predicted: { [session: string]: string } = {};
    const seen: { [session: string]: string } = {};
    for (const role of ROLES)
      for (const database of DATABASES)
        for (const tls of [true, false])
          for (const kind of ["sql", "replication-database"] as const) {
            const { rules, memberships } = facts[role] ?? { rules: [], memberships: [] };
            const session = { kind, database, role, memberships, address, tls };
            const decision = matchHba(rules, { ...session, serverVersionNum: admin.serverVersionNum });
            const key = `${role} ${database} ${tls ? "TLS" : "plain"} ${kind}`;
            predicted[key] =
              decision.decision === "match" && decision.method === "trust" ? "let in" : "28000";
            seen[key] = await attempt({ ...server.admin, user: role, database }, tls, kind);
          }
    expect(seen).toEqual(predicted);
    expect(new Set(Object.values(seen))).toEqual(new Set(["let in", "28000"]));
  });
});

async function attempt(
  parts: PostgresServer["admin"],
  tls: boolean,
  kind: "sql" | "replication-database",
): Promise<string> {
  try {
    const session = await login(parts, tls, kind);
    await session.close();
    return "let in";
  } catch (error) {
    return sqlState(error) ?? String(error);
  }
}

function login(
  parts: PostgresServer["admin"],
  tls = false,
  kind: "sql" | "replication-database" = "sql",
): Promise<Session> {
  return openSession(connectionSettings({ ...parts, sslMode: tls ? "require" : "disable" }), {
    applicationName: "hba test",
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
    ...(kind === "sql" ? {} : { replication: "database" }),
  });
}
