import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("ipv4-address", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  const judge = (host: string) =>
    source.judge("ipv4-address", { request: { source: { ...source.admin, host } } });

  it("passes for an address and for a name that has one", async () => {
    expect(await judge("127.0.0.1")).toMatchObject({ outcome: "pass", message: "127.0.0.1" });
    expect(await judge("localhost")).toMatchObject({ outcome: "pass", message: "127.0.0.1" });
  });

  it("fails for a host that has IPv6 only", async () => {
    expect(await judge("::1")).toMatchObject({
      outcome: "fail",
      message: "::1 has IPv6 addresses only",
      findings: [{ object: "::1", current: "IPv6 only", needed: "an IPv4 address (A record)" }],
    });
  });

  it("fails for a name that does not exist, and what needs the address is skipped", async () => {
    const host = "no-such-host.invalid";
    const report = await source.preflight({ request: { source: { ...source.admin, host } } });
    const [ipv4, tcp] = report.checks;
    expect(ipv4).toMatchObject({ id: "ipv4-address", outcome: "fail", message: `${host} has no address` });
    expect(tcp).toMatchObject({ id: "tcp-reachable", outcome: "skipped", message: "needs ipv4-address" });
    expect(report.ok).toBe(false);
  });
});
