import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("ddl-not-replicated", { byVersion: true }, (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("ddl", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA pgstream;
      CREATE TABLE app.orders (id int PRIMARY KEY);
      CREATE FUNCTION app.audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE FUNCTION pgstream.emit_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    `);
  });
  afterAll(() => database.drop());

  it("passes for an application with triggers, and says that later ones are not replicated", async () => {
    expect(await checked(database, "ddl-not-replicated")).toMatchObject({ outcome: "pass", message: "" });
    await database.run(`
      CREATE TRIGGER "old one" BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.audit();
      CREATE POLICY p ON app.orders`);
    expect(await checked(database, "ddl-not-replicated")).toMatchObject({
      outcome: "pass",
      message: "1 trigger, 1 policy; those created after the connector are not replicated",
    });
  });

  it("is right that Postgres reports no schema for them to event triggers, except for DROP TRIGGER and DROP POLICY", async () => {
    await database.run(`
      CREATE TABLE app.told (tag text, schema text);
      CREATE FUNCTION app.tell() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF tg_event = 'sql_drop' THEN
          INSERT INTO app.told SELECT tg_tag, schema_name FROM pg_event_trigger_dropped_objects();
        ELSE
          INSERT INTO app.told SELECT tg_tag, schema_name FROM pg_event_trigger_ddl_commands();
        END IF; END $$;
      CREATE EVENT TRIGGER "tell create ${major}" ON ddl_command_end EXECUTE FUNCTION app.tell();
      CREATE EVENT TRIGGER "tell drop ${major}" ON sql_drop EXECUTE FUNCTION app.tell();
      CREATE TRIGGER t BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.audit();
      CREATE RULE r AS ON INSERT TO app.orders DO ALSO SELECT 1;
      CREATE POLICY q ON app.orders;
      DROP TRIGGER t ON app.orders; DROP RULE r ON app.orders; DROP POLICY q ON app.orders;
      DROP EVENT TRIGGER "tell create ${major}"; DROP EVENT TRIGGER "tell drop ${major}"`);
    const told = await database.session.query(
      "SELECT tag, schema FROM app.told WHERE tag ~ ' (TRIGGER|RULE|POLICY)$' AND tag !~ 'EVENT'",
    );
    // Since 14 also for what is dropped.
    const dropped = major === 13 ? null : "app";
    expect(told).toEqual([
      { tag: "CREATE TRIGGER", schema: null },
      { tag: "CREATE RULE", schema: null },
      { tag: "CREATE POLICY", schema: null },
      { tag: "DROP TRIGGER", schema: dropped },
      { tag: "DROP RULE", schema: null },
      { tag: "DROP POLICY", schema: dropped },
    ]);
    await database.run("DROP TABLE app.told");
  });

  it("warns of objects created after the engine's event triggers, but not of altered ones", async () => {
    await database.run(
      "CREATE EVENT TRIGGER pgstream_emit_ddl_command_end ON ddl_command_end EXECUTE FUNCTION pgstream.emit_ddl()",
    );
    await database.run('ALTER TABLE app.orders DISABLE TRIGGER "old one"');
    await database.run('ALTER TABLE app.orders ENABLE TRIGGER "old one"');
    expect(await checked(database, "ddl-not-replicated")).toMatchObject({ outcome: "pass" });
    await database.run(`
      CREATE TRIGGER "new one" BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.audit();
      CREATE RULE later AS ON DELETE TO app.orders DO ALSO SELECT 1`);
    expect(await checked(database, "ddl-not-replicated")).toMatchObject({
      outcome: "warn",
      message: "2 objects created after the connector, and not replicated",
      findings: [
        { object: "rule later on app.orders", current: "created after the connector" },
        { object: "trigger new one on app.orders" },
      ],
      fix: { sql: [] },
    });
  });

  it("passes if the engine determines the schema of a trigger itself", async () => {
    await database.run(
      "CREATE FUNCTION pgstream.get_trigger_schema(oid) RETURNS text LANGUAGE sql AS 'SELECT NULL'",
    );
    expect(await checked(database, "ddl-not-replicated")).toMatchObject({ outcome: "pass" });
  });
});
