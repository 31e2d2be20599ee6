import { describe, expect, it } from "vitest";
import { preflightSchema, requestOf } from "../../../src/dynamic/preflight/preflight-inputs";

const inputs = {
  source: { host: "db.example.com", database: "shop" },
  admin: { user: "postgres", password: "x" },
  role: { name: "ardent_replication", password: "y" },
  schemas: { public: {} },
};
const requestFor = (more: object) => requestOf(preflightSchema.parse({ ...inputs, ...more }), undefined);

describe("what preflight is asked in a deployment", () => {
  it("judges the role as a superuser by default, and as if it were not one with superuser: false", () => {
    expect(requestFor({})).toMatchObject({ plan: { role: { superuser: true } }, ignoreOwners: [] });
    expect(requestFor({ role: { ...inputs.role, superuser: false } })).toMatchObject({
      plan: { role: { superuser: false } },
    });
  });

  it("leaves out the ignored owners", () => {
    expect(requestFor({ ignoreOwners: ["migrator"] })).toMatchObject({ ignoreOwners: ["migrator"] });
  });

  it("lists the hosts with plain-text connections of Ardent and of this runner", () => {
    expect(requestFor({})).toMatchObject({ tls: true, cleartextHosts: [] });
    // Without TLS is how this runner connects to its own machine, not how Ardent does.
    expect(requestFor({ source: { host: "127.0.0.1", database: "shop" } })).toMatchObject({ tls: true });
    expect(requestFor({})).toMatchObject({ unverifiedHosts: ["db.example.com"] });
    const source = { ...inputs.source, sslMode: "disable", allowCleartext: true };
    const admin = { ...inputs.admin, host: "10.0.0.5" };
    expect(requestFor({ source, admin })).toMatchObject({
      tls: false,
      cleartextHosts: ["db.example.com", "10.0.0.5"],
    });
    expect(requestFor({ admin: { ...admin, host: "127.0.0.1" } })).toMatchObject({ cleartextHosts: [] });
  });
});
