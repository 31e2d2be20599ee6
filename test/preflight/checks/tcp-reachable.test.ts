import { createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withoutConsequences } from "../../../src/preflight/report/not-run";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("tcp-reachable", { failsAs: "unknown" }, (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  it("passes where something accepts connections", async () => {
    const { port } = source.admin;
    expect(await source.judge("tcp-reachable")).toMatchObject({
      outcome: "pass",
      message: `127.0.0.1:${port}`,
    });
  });

  it("is unknown at a closed port, as are all checks that need the server", async () => {
    const admin = { ...source.admin, port: await closedPort() };
    const report = await source.preflight({ admin, request: { source: admin } });
    expect(report.ok).toBe(false);
    const outcomes = Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]));
    expect(outcomes).toMatchObject({
      "tcp-reachable": "unknown",
      login: "unknown",
      "wal-level": "unknown",
    });
    expect(report.summary.fail).toBe(0);
    expect(report.checks.find(({ id }) => id === "tcp-reachable")).toMatchObject({
      message: `127.0.0.1:${admin.port} cannot be reached from this machine (ECONNREFUSED)`,
      fix: { text: "Check the port, that Postgres runs, and that listen_addresses includes this address." },
    });
    const rows = withoutConsequences(report.checks).filter(({ outcome }) => outcome === "unknown");
    expect(rows.map(({ id }) => id)).toEqual(["tcp-reachable"]);
  });

  it("is skipped if this runner uses another address that works", async () => {
    const port = await closedPort();
    const report = await source.preflight({ request: { source: { ...source.admin, port } } });
    const outcomes = Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]));
    expect(outcomes).toMatchObject({ "tcp-reachable": "skipped", tls: "pass", "server-version": "pass" });
  });
});

/** A port without a listener: it was free a moment ago. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
