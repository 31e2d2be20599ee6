import { expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { startSource } from "../source";

describeCheck("database-encoding", (major) => {
  it("passes for UTF8, warns of SQL_ASCII, which may contain UTF-8, and fails for every other encoding", async () => {
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
        "the encoding is SQL_ASCII: it accepts any bytes as text, and text that is not UTF-8 cannot be copied",
      findings: [{ object: "database bytes", current: "SQL_ASCII", needed: "UTF8" }],
    });
    await source.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    expect(
      await source.judge("database-encoding", {
        admin: { ...source.admin, database: "latin" },
        request: { source: { host, port, database: "latin" } },
      }),
    ).toMatchObject({
      outcome: "fail",
      message:
        "the encoding is LATIN1: wal2json streams text as stored, so non-ASCII characters arrive corrupted",
      findings: [{ object: "database latin", current: "LATIN1", needed: "UTF8" }],
    });
    await source.stop();
  });
});
