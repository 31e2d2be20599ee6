import { describe, expect, it } from "vitest";
import { reviewSql } from "../../../src/review/sql/script";
import { UNKNOWN } from "../../../src/unknown-value";
import { previewOf, type Step, selectOn, TYPE } from "../digest";

const sql = (steps: readonly Step[]) => reviewSql(previewOf(steps).steps);
/** The statements, each on one line, and comments, without what surrounds them. */
const lines = (script: string) =>
  script
    .replaceAll("\n  ", " ")
    .split("\n")
    .filter(
      (line) =>
        !/^(\\set|\\connect|BEGIN;|SET LOCAL|COMMIT;|-- (Roles|Databases$|Database (U&)?")|$)/.test(line),
    );
const forward = (steps: readonly Step[]) => lines(sql(steps).forward);
const backward = (steps: readonly Step[]) => lines(sql(steps).backward);

describe("the script of a deployment", () => {
  it("connects to each database, after the roles and before those that are dropped", () => {
    const steps = [
      { op: "create", type: TYPE.grant, name: "a", after: selectOn({ database: 'we"ird\n' }) },
      { op: "delete", type: TYPE.role, name: "b", before: { name: "old", skipReassignOwned: true } },
      { op: "create", type: TYPE.role, name: "c", after: { name: "reader" } },
      { op: "delete", type: TYPE.grant, name: "d", before: selectOn({ role: "old" }) },
    ];
    expect(sql(steps).forward).toBe(`\\set ON_ERROR_STOP on

-- Roles
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
-- So that this script can be run again: old is dropped below.
DO 'BEGIN CREATE ROLE "old"; EXCEPTION WHEN duplicate_object THEN RAISE NOTICE ''already exists''; END';
DO 'BEGIN CREATE ROLE "reader"; EXCEPTION WHEN duplicate_object THEN RAISE NOTICE ''already exists''; END';
ALTER ROLE "reader" WITH NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT NOLOGIN NOREPLICATION NOBYPASSRLS;
COMMIT;

-- Database "shop"
\\connect "shop"
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
REVOKE SELECT ON ALL TABLES IN SCHEMA "public" FROM "old";
COMMIT;

-- Database U&"we""ird\\000A"
\\connect -reuse-previous=on "postgresql:///%77%65%22%69%72%64%0a"
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader";
COMMIT;

-- Roles that are dropped
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
DROP ROLE IF EXISTS "old";
COMMIT;
`);
  });

  it("breaks the longest statements", () => {
    const steps = [{ op: "create", type: TYPE.defaults, after: selectOn({ owner: "app" }) }];
    expect(sql(steps).forward).toContain(
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "public"\n  GRANT SELECT ON TABLES TO "reader";\n',
    );
  });

  it("is empty where nothing runs", () => {
    expect(sql([{ op: "same", type: TYPE.grant, before: selectOn(), after: selectOn() }])).toEqual({
      forward: "",
      backward: "",
    });
    expect(forward([{ op: "delete", type: TYPE.grant, before: selectOn(), retained: true }])).toEqual([]);
  });

  it("is the same for any order of independent steps", () => {
    const grants = ["a", "b", "c"].flatMap((schema) => [
      { op: "create", type: TYPE.grant, name: schema, after: selectOn({ schema }) },
      { op: "create", type: TYPE.defaults, name: schema, after: selectOn({ schema, owner: "app" }) },
    ]);
    expect(sql(grants.toReversed())).toEqual(sql(grants));
    expect(forward(grants)[0], "before tables that exist").toContain("ALTER DEFAULT PRIVILEGES");
  });

  it("keeps the order of what overlaps: a grant that moved to another resource is revoked in the end", () => {
    const moved = [
      { op: "create", type: TYPE.grant, name: "new", after: selectOn() },
      { op: "delete", type: TYPE.grant, name: "old", before: selectOn({ objects: ["a"] }) },
    ];
    const [grant, revoke] = [
      'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader";',
      'REVOKE SELECT ON TABLE "public"."a" FROM "reader";',
    ];
    expect(forward(moved)).toEqual([grant, revoke]);
    expect(forward(moved.toReversed())).toEqual([revoke, grant]);
  });

  it("restores what was granted, also where a resource revoked in the end what another one granted", () => {
    const before = selectOn({ owner: "app" });
    const steps = [
      { op: "replace", type: TYPE.defaults, before, after: { ...before, withGrantOption: true } },
    ];
    const select =
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "public" GRANT SELECT ON TABLES TO "reader"';
    const revoke =
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "public" REVOKE SELECT ON TABLES FROM "reader";';
    expect(forward(steps)).toEqual([`${select} WITH GRANT OPTION;`, revoke]);
    expect(backward(steps)).toEqual([revoke, `${select};`]);
  });

  it("grants and revokes only the difference of an update, and the opposite to undo it", () => {
    const after = selectOn({ privileges: ["SELECT", "INSERT"] });
    const steps = [
      { op: "update", type: TYPE.grant, before: selectOn({ privileges: ["SELECT", "DELETE"] }), after },
    ];
    const on = 'ON ALL TABLES IN SCHEMA "public"';
    expect(forward(steps)).toEqual([`REVOKE DELETE ${on} FROM "reader";`, `GRANT INSERT ${on} TO "reader";`]);
    expect(backward(steps)).toEqual([
      `REVOKE INSERT ${on} FROM "reader";`,
      `GRANT DELETE ${on} TO "reader";`,
    ]);
  });

  it("alters a role, and names what a preview does not have", () => {
    const role = { name: "a", superuser: true, password: "[secret]" };
    const steps = [
      {
        op: "update",
        type: TYPE.role,
        before: role,
        after: { ...role, superuser: false },
        changed: ["password"],
      },
    ];
    const password = "-- A preview has no passwords. Set that of a with psql's \\password.";
    expect(forward(steps)).toEqual(['ALTER ROLE "a" WITH NOSUPERUSER;', password]);
    expect(backward(steps)).toEqual(['ALTER ROLE "a" WITH SUPERUSER;', password]);
  });

  it("creates databases and schemas, and leaves out what deletes data", () => {
    const steps = [
      { op: "create", type: TYPE.database, after: { name: "d", owner: "o" } },
      { op: "create", type: TYPE.schema, after: { name: "s", database: "shop", owner: "o" } },
      {
        op: "delete",
        type: TYPE.schema,
        name: "t",
        before: { name: "t", database: "shop", dropCascade: true },
      },
    ];
    expect(forward(steps)).toEqual([
      `SELECT 'CREATE DATABASE "d" OWNER "o"' WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = 'd') \\gexec`,
      'CREATE SCHEMA IF NOT EXISTS "s" AUTHORIZATION "o";',
      "-- Schema t is dropped with all it contains: not in this script.",
    ]);
    expect(backward(steps)).toEqual([
      "-- Database d is dropped with its data: not in this script.",
      'CREATE SCHEMA IF NOT EXISTS "t";',
      'DROP SCHEMA IF EXISTS "s";',
    ]);
  });

  it("says where something is only known during the deployment, or cannot be a name", () => {
    const steps = [
      { op: "create", type: TYPE.grant, name: "a", after: selectOn({ schema: UNKNOWN }) },
      { op: "create", type: TYPE.role, after: { name: UNKNOWN } },
      { op: "create", type: TYPE.grantRole, after: { role: UNKNOWN, grantRole: "g" } },
      { op: "create", type: TYPE.grant, name: "x\n--", after: selectOn({ role: "" }) },
    ];
    const known = { op: "create", type: TYPE.grant, name: "b", after: selectOn() };
    expect(forward([...steps, known]).toSorted()).toEqual([
      "-- A membership that is only known during the deployment.",
      "-- A role whose name is only known during the deployment.",
      "-- GRANT: privileges that are only known during the deployment.",
      "-- Left out: x\\n-- has a name that Postgres does not allow.",
      'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader";',
    ]);
    expect(forward(steps), "nothing to run").toEqual([]);
  });
});
