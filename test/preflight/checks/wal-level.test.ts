import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("wal-level", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major, ready: false });
  });
  afterAll(() => source.stop());

  it("fails below logical, says when it only waits for a restart, and passes after that", async () => {
    const before = await source.judge("wal-level");
    expect(before).toMatchObject({
      outcome: "fail",
      message: "wal_level is replica",
      findings: [{ object: "wal_level", current: "replica", needed: "logical", where: "default" }],
      fix: { sql: ["ALTER SYSTEM SET wal_level = 'logical';"], effect: "restart" },
    });

    await source.run(...(before.fix?.sql ?? []));
    expect(await source.judge("wal-level")).toMatchObject({
      outcome: "fail",
      fix: {
        text: "wal_level is logical in the settings files already: it waits",
        sql: [],
        effect: "restart",
      },
    });

    await source.restart();
    expect((await source.judge("wal-level")).outcome).toBe("pass");
  });
});
