import { describe, expect, it } from "vitest";
import { cleartextProblem, defaultSslMode, parseSslMode, pgSslOption } from "../../src/postgres/ssl-mode";

describe("the SSL mode", () => {
  it.each(["localhost", "127.0.0.1", "127.9.9.9", "::1"])("is disable on loopback (%s)", (host) =>
    expect(defaultSslMode(host)).toBe("disable"),
  );

  it.each(["db.example.com", "10.0.0.1", "localhost.example.com", "::2"])("is require on %s", (host) =>
    expect(defaultSslMode(host)).toBe("require"),
  );

  it.each(["prefer", "allow"])("%s is refused with the reason", (mode) =>
    expect(parseSslMode(mode, "sslMode")).toMatchObject({
      object: "sslMode",
      current: mode,
      what: expect.stringContaining("plain text"),
      fix: expect.stringContaining("require"),
    }),
  );

  it("rejects an unknown mode", () =>
    expect(parseSslMode("on", "sslMode")).toMatchObject({ current: "on", what: "is not an SSL mode" }));
});

describe("plain text", () => {
  const problemAt = (host: string, allowed?: boolean) =>
    cleartextProblem({ host, sslMode: "disable" }, { object: "sslMode", allowed });

  it.each(["db.example.com", "10.0.0.5", "192.168.1.2", "fd00::1", "localhost.example.com"])(
    "needs a confirmation on %s",
    (host) => {
      expect(problemAt(host)).toMatchObject({
        object: "sslMode",
        what: expect.stringContaining(host),
        fix: expect.stringContaining("allowCleartext: true"),
      });
      expect(problemAt(host, false)).toBeDefined();
      expect(problemAt(host, true)).toBeUndefined();
    },
  );

  it.each(["localhost", "127.0.0.1", "::1"])("needs no confirmation on %s", (host) =>
    expect(problemAt(host)).toBeUndefined(),
  );

  it("is only used by disable", () =>
    expect(
      cleartextProblem({ host: "db.example.com", sslMode: "require" }, { object: "sslMode" }),
    ).toBeUndefined());
});

describe("libpq's meanings", () => {
  it("disable is plain text", () => expect(pgSslOption("disable", "CA")).toBe(false));

  it("require encrypts without verifying", () =>
    expect(pgSslOption("require")).toEqual({ rejectUnauthorized: false }));

  it("require with a CA is verify-ca, as in libpq", () => {
    const verifyCa = { rejectUnauthorized: true, checkServerIdentity: expect.any(Function), ca: "CA" };
    expect(pgSslOption("require", "CA")).toEqual(verifyCa);
    expect(pgSslOption("verify-ca", "CA")).toEqual(verifyCa);
  });

  it("verify-full leaves the host name to Node's own check", () =>
    expect(pgSslOption("verify-full", "CA")).toEqual({ rejectUnauthorized: true, ca: "CA" }));
});
