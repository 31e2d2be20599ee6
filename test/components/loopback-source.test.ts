import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresSource } from "../../src/components/postgres-source";
import { preflightSchema, requestOf } from "../../src/dynamic/preflight/preflight-inputs";
import { type Source, startSource } from "../preflight/source";
import { childrenOf, plain } from "./mocks";

const EGRESS_IP = "203.0.113.7";

/** The lines of Ardent's guide for its address, as the first word says; this machine may do without TLS. */
const linesFor = (type: string) => [
  `${type} all ardent ${EGRESS_IP}/32 scram-sha-256`,
  `${type} replication ardent ${EGRESS_IP}/32 scram-sha-256`,
  "host all postgres all scram-sha-256",
];

describe("a source on the machine that deploys, without an sslMode", () => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ hba: linesFor("hostssl") });
    await source.run("CREATE ROLE ardent LOGIN SUPERUSER REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  /** What the checks say of it when they are asked as the component asks them. */
  const judge = async (ids: readonly string[]) => {
    const { host, port, user, password = "" } = source.admin;
    const children = await childrenOf(
      () =>
        new PostgresSource("shop", {
          host,
          port,
          database: "postgres",
          admin: { user, password },
          role: { name: "ardent", password: "right" },
          schemas: { public: {} },
          egressIp: EGRESS_IP,
        }),
    );
    const preflight = children.find(({ type }) => type.endsWith(":Preflight"));
    const request = requestOf(preflightSchema.parse(plain(preflight?.inputs)), undefined);
    const { checks } = await source.preflight({ request });
    return ids.map((id) => checks.find((check) => check.id === id)?.outcome);
  };
  const CHECKS = ["tls", "hba-sql", "hba-replication"];

  it("is ready with lines that allow Ardent only with TLS", async () => {
    expect(await judge(CHECKS)).toEqual(["pass", "pass", "pass"]);
  });

  it("is not ready with lines that allow Ardent only without TLS", async () => {
    await source.exec(["sh", "-c", "sed -i 's/^hostssl/hostnossl/' /var/lib/postgresql/data/pg_hba.conf"]);
    await source.run("SELECT pg_reload_conf()");
    expect(await judge(CHECKS)).toEqual(["pass", "fail", "fail"]);
  });
});
