import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("tls", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  it("passes where the server offers TLS, and is skipped where it is not requested", async () => {
    expect((await source.judge("tls")).outcome).toBe("pass");
    expect(await source.judge("tls", { request: { tls: false } })).toMatchObject({
      outcome: "skipped",
      message: "TLS is not requested (sslmode disable)",
    });
  });

  it("passes with a message where the server is not verified", async () =>
    expect(await source.judge("tls", { request: { unverifiedHosts: ["db.example.com"] } })).toMatchObject({
      outcome: "pass",
      message:
        "sslmode require encrypts but does not verify the identity of db.example.com; verify-full does",
    }));

  it("warns of plain text over a network, which is allowed when it is confirmed", async () => {
    const cleartextHosts = ["10.0.0.5"];
    const warned = {
      outcome: "warn",
      message: "passwords and data go over the network as plain text",
      findings: [{ object: "10.0.0.5", current: "sslmode disable" }],
    };
    expect(await source.judge("tls", { request: { tls: false, cleartextHosts } })).toMatchObject(warned);
    // Ardent's way is encrypted, this runner's is not.
    expect(await source.judge("tls", { request: { cleartextHosts } })).toMatchObject(warned);
  });

  it("fails where ssl is off, says where that is set, and passes after a reload with it on", async () => {
    await source.run("ALTER SYSTEM SET ssl = off", "SELECT pg_reload_conf()");
    await source.restart();
    expect(await source.judge("tls")).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "ssl",
          current: "off",
          needed: "on",
          where: expect.stringMatching(/postgresql\.auto\.conf:\d+$/),
        },
      ],
      fix: { effect: "reload" },
    });
    // What Ardent needs comes before what this runner risks.
    expect(await source.judge("tls", { request: { cleartextHosts: ["10.0.0.5"] } })).toMatchObject({
      outcome: "fail",
    });
    await source.run("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()");
    await vi.waitFor(async () => expect((await source.judge("tls")).outcome).toBe("pass"), 30_000);
  });
});
