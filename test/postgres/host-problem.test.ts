import { describe, expect, it } from "vitest";
import { hostProblem } from "../../src/postgres/connection-settings";

describe("a host", () => {
  it.each([
    "db.example.com",
    "db_1",
    "192.0.2.7",
    "2001:db8::1",
    "fe80::1%eth0",
    "/run/postgresql",
    "löwe.example",
  ])("can be %s", (host) => expect(hostProblem(host)).toBeUndefined());

  // Put into the URL that Ardent gets, each would say more than where the server is.
  it.each([
    "db/shop?sslmode=disable#",
    "db?sslmode=disable",
    "db#",
    "user:canary@db",
    "db\\",
    "db x",
    "db\n::error::",
  ])("is rejected, and not quoted, if it contains more: %j", (host) => {
    const problem = hostProblem(host);
    expect(problem).toMatchObject({ what: "is not a host name or address", object: "host" });
    expect(JSON.stringify(problem)).not.toContain("canary");
  });
});
