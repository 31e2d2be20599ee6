import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("schemas-exist", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA "Order Book"; CREATE SCHEMA pgstream;
      CREATE SCHEMA b; CREATE SCHEMA c; CREATE SCHEMA d;
    `);
  });
  afterAll(() => database.drop());

  const schemas = (...names: string[]) => ({ schemas: names.map((name) => ({ name, owners: [] })) });

  it("passes for schemas that exist, and for all of them when none is named", async () => {
    expect(await checked(database, "schemas-exist", schemas("app", "Order Book"))).toMatchObject({
      outcome: "pass",
      message: "Order Book, app",
    });
    expect(await checked(database, "schemas-exist", { schemas: undefined })).toMatchObject({
      outcome: "pass",
      message: "Order Book, app, b, c, d, 1 more",
    });
  });

  it("fails for one that does not, and proposes names", async () => {
    expect(await checked(database, "schemas-exist", schemas("app", "order_book", "x"))).toMatchObject({
      outcome: "fail",
      message: "there is no schema order_book, x",
      findings: [
        { object: "schema order_book", needed: "one that exists, perhaps Order Book" },
        { object: "schema x", needed: "one that exists: Order Book, app, b, c, d, 1 more" },
      ],
    });
  });
});
