import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("other-event-triggers", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("triggers", major);
    await database.run(
      `CREATE SCHEMA "Guards";
       CREATE FUNCTION "Guards".refuse() RETURNS event_trigger LANGUAGE plpgsql
         AS $$ BEGIN RAISE EXCEPTION 'no DDL here'; END $$`,
    );
  });
  afterAll(() => database.drop());

  it("passes without one, and with those that cannot fire for Ardent's DDL", async () => {
    expect(await checked(database, "other-event-triggers")).toMatchObject({ outcome: "pass", message: "" });
    await database.run(
      `CREATE EVENT TRIGGER only_casts ON ddl_command_start WHEN TAG IN ('CREATE CAST')
         EXECUTE FUNCTION "Guards".refuse();
       CREATE EVENT TRIGGER rewrites ON table_rewrite EXECUTE FUNCTION "Guards".refuse()`,
    );
    expect(await checked(database, "other-event-triggers")).toMatchObject({ outcome: "pass", message: "" });
  });

  it("warns of one that rejects DDL, by its name, until it is disabled", async () => {
    await database.run(
      `CREATE EVENT TRIGGER "No DDL" ON ddl_command_start EXECUTE FUNCTION "Guards".refuse()`,
    );
    await expect(database.run("CREATE SCHEMA pgstream")).rejects.toThrow("no DDL here");
    expect(await checked(database, "other-event-triggers")).toMatchObject({
      outcome: "warn",
      message: "1 event trigger can reject Ardent's DDL or logins",
      findings: [
        {
          object: "event trigger No DDL",
          current: 'calls "Guards".refuse() on ddl_command_start',
          needed: "to allow role nobody",
        },
      ],
      fix: { sql: [] },
    });
    await database.run('ALTER EVENT TRIGGER "No DDL" DISABLE');
    expect(await checked(database, "other-event-triggers")).toMatchObject({ outcome: "pass" });
  });

  it("passes if it allowed Ardent's schema, and leaves out the engine's own", async () => {
    await database.run(
      `CREATE SCHEMA pgstream;
       CREATE FUNCTION pgstream.log() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
       CREATE EVENT TRIGGER pgstream_log ON ddl_command_end EXECUTE FUNCTION pgstream.log()`,
    );
    expect(await checked(database, "other-event-triggers")).toMatchObject({ outcome: "pass", message: "" });
    await database.run('ALTER EVENT TRIGGER "No DDL" ENABLE ALWAYS');
    expect(await checked(database, "other-event-triggers")).toMatchObject({
      outcome: "pass",
      message: "1 event trigger, which allowed Ardent's schema to be created",
    });
    await database.run('ALTER EVENT TRIGGER "No DDL" DISABLE');
  });
});
