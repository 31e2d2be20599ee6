import { describe, expect, it } from "vitest";
import { engineProject } from "../support/engine";
import { sharedPostgres } from "../support/postgres";
import { createShop, passwords, shopProgram } from "./shop";

describe("destroying a source while its owners create tables", { timeout: 240_000 }, () => {
  it("drops the role although a table was created between the revokes", async () => {
    const server = await sharedPostgres(17);
    const shop = await createShop(server);
    const { database, role } = shop;
    await using project = await engineProject(shopProgram(server, shop, { onFailure: "warn" }));
    await project.setConfig(passwords(server, "role-secret"));
    await project.stack.up();

    // The provider revokes on the existing tables first. A table that is created after that,
    // but before it alters the default privileges (here), still gets the grant.
    await server.query(
      `CREATE TABLE born_late (id int PRIMARY KEY);
       CREATE FUNCTION be_born() RETURNS event_trigger LANGUAGE plpgsql AS
         $$ BEGIN GRANT SELECT ON born_late TO ${role}; END $$;
       CREATE EVENT TRIGGER born_late ON ddl_command_end WHEN TAG IN ('ALTER DEFAULT PRIVILEGES')
         EXECUTE FUNCTION be_born()`,
      [],
      { database },
    );
    await project.stack.destroy();
    expect(await server.query("SELECT FROM pg_roles WHERE rolname = $1", [role])).toEqual([]);
    // The catalog shows that the trigger had created the grant, and that it was revoked.
    const acl = await server.query("SELECT relacl FROM pg_class WHERE relname = 'born_late'", [], {
      database,
    });
    expect(acl).toEqual([{ relacl: "{postgres=arwdDxtm/postgres}" }]);
  });
});
