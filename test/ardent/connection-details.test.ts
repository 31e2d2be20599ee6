import { describe, expect, it } from "vitest";
import { connectionDetails } from "../../src/ardent/connection-details";

describe("connection details", () => {
  const source = { host: "db.example.com", port: 5433, database: "shop", user: "ardent", password: "x" };

  it("are one URL from which every part can be read, for all characters", () => {
    const odd = { ...source, database: "läden/ü?", user: 'ar"dent@home', password: "p@ss:w/o#rd %41'" };
    const url = new URL(connectionDetails(odd).url);
    expect([url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent)).toEqual([
      odd.user,
      odd.password,
      odd.database,
    ]);
    expect([url.protocol, url.host, url.search]).toEqual(["postgresql:", "db.example.com:5433", ""]);
  });

  it("contain the sslmode only if one is set", () => {
    expect(connectionDetails({ ...source, sslMode: "verify-full" }).url).toBe(
      "postgresql://ardent:x@db.example.com:5433/shop?sslmode=verify-full",
    );
  });
});
