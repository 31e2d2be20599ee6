import { describe, expect, it } from "vitest";
import { creationBy, factsNotKnown, halfKnownInputs } from "../../../src/dynamic/preflight/known-inputs";
import { UNKNOWN } from "../../../src/dynamic/provider";
import { unknownPropertyPaths } from "../../../src/dynamic/runtime/unknown";

const inputs = {
  source: { host: "db.example.com", database: "shop" },
  admin: { user: "postgres", password: "x" },
  role: { name: "ardent_replication", password: "y" },
  schemas: { public: { owners: ["app"] } },
  connector: { projectId: "prj_1", name: "shop" },
};

const halfKnown = (changed: object) => {
  const news = { ...inputs, ...changed };
  return halfKnownInputs(news, unknownPropertyPaths(news));
};
const notRead = (changed: object) => {
  const known = halfKnown(changed);
  return known && factsNotKnown(known);
};

describe("inputs of which a preview knows some", () => {
  it("keep what is known, and stand for a name by its path", () => {
    const role = { name: UNKNOWN, password: "y", superuser: UNKNOWN };
    const schemas = { public: { owners: ["app", UNKNOWN] } };
    expect(halfKnown({ role, schemas, egressIp: UNKNOWN })).toMatchObject({
      notKnown: ["role.name", "role.superuser", "schemas.public.owners[1]", "egressIp"],
      inputs: { role: { name: "<role.name>", superuser: true }, schemas: { public: { owners: ["app"] } } },
    });
  });

  it("are too few without a schema, or with a source that is not known at all", () => {
    expect(halfKnown({ schemas: UNKNOWN })).toBeUndefined();
    expect(halfKnown({ source: UNKNOWN })).toBeUndefined();
  });

  it("leave out the facts that need the rest, and no other", () => {
    expect(notRead({})).toEqual({});
    const password = ["role.password"];
    expect(notRead({ role: { ...inputs.role, password: UNKNOWN } })).toEqual({
      roleLogin: password,
      walsender: password,
    });
    expect(notRead({ connector: { ...inputs.connector, projectId: UNKNOWN } })).toEqual({
      service: ["connector.projectId"],
      serviceAccess: ["connector.projectId"],
    });
    expect(notRead({ admin: { ...inputs.admin, password: UNKNOWN } })).toEqual({
      adminLogin: ["admin.password"],
    });
  });

  it("need the source's address only where the runner does not go another way", () => {
    const source = { ...inputs.source, host: UNKNOWN };
    const host = ["source.host"];
    const network = { ipv4: host, tcp: host, tls: host };
    expect(notRead({ source })).toEqual({ ...network, adminLogin: host, roleLogin: host, walsender: host });
    expect(notRead({ source, admin: { ...inputs.admin, host: "10.0.0.1" } })).toEqual(network);
  });
});

describe("what a deployment creates", () => {
  it("is the largest of what has a resource without an id yet", () => {
    const mayCreate = (createdBy: unknown) => creationBy(createdBy).mayCreate;
    expect(mayCreate(undefined)).toBeUndefined();
    expect(mayCreate({ server: ["a"], database: ["b"], contents: [] })).toBeUndefined();
    expect(mayCreate({ server: ["a"], database: UNKNOWN, contents: UNKNOWN })).toBe("database");
    expect(mayCreate({ server: ["a", UNKNOWN] })).toBe("server");
  });

  it("is the role as long as its resource has no id", () => {
    expect(creationBy({ ownRole: UNKNOWN })).toEqual({ mayCreate: undefined, createsRole: true });
    expect(creationBy({ ownRole: ["ardent"], server: UNKNOWN }).createsRole).toBe(false);
  });
});
