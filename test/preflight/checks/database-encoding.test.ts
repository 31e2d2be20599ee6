import { expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { startSource } from "../source";

describeCheck("database-encoding", (major) => {
  it("warns of a database with SQL_ASCII, and passes for one with an encoding", async () => {
    const source = await startSource({ major });
    await source.run("CREATE DATABASE bytes ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
    expect(await source.judge("database-encoding")).toMatchObject({ outcome: "pass", message: "UTF8" });
    const { host, port } = source.admin;
    const result = await source.judge("database-encoding", {
      admin: { ...source.admin, database: "bytes" },
      request: { source: { host, port, database: "bytes" } },
    });
    expect(result).toMatchObject({
      outcome: "warn",
      message:
        "the encoding is SQL_ASCII: any bytes are stored as text, and what is not UTF-8 cannot be copied",
      findings: [{ object: "database bytes", current: "SQL_ASCII", needed: "UTF8" }],
    });
    await source.stop();
  });
});
