import { afterAll, beforeAll, expect, it } from "vitest";
import { sharedPostgres } from "../../support/postgres";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const WITHOUT = "this Postgres version has no such list";

describeCheck("output-plugin-allowed", { cannotFail: WITHOUT }, (major) => {
  let source: Source;
  let hasList: boolean;
  beforeAll(async () => {
    // Which minor release an image has depends on when it was made.
    const { query } = await sharedPostgres(major);
    hasList = (await query("SELECT FROM pg_settings WHERE name = 'output_plugin_libraries'")).length > 0;
    source = await startSource({ major, ready: false, settings: { wal_level: "logical" } });
    await source.run("CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  const itsList = (name: string, test: () => Promise<void>) =>
    it(name, async ({ skip }) => {
      if (!hasList) skip("this Postgres version has no such list");
      await test();
    });

  it("passes on a release without the list, and says so", async ({ skip }) => {
    if (hasList) skip("this release has the list");
    expect(await source.judge("output-plugin-allowed")).toMatchObject({ outcome: "pass", message: WITHOUT });
  });

  itsList(
    "fails where wal2json is not on the list, and passes once its fix is pasted and loaded",
    async () => {
      const result = await source.judge("output-plugin-allowed");
      expect(result).toMatchObject({
        outcome: "fail",
        message: "the server does not allow wal2json",
        findings: [{ object: "output_plugin_libraries", where: "default" }],
        fix: {
          sql: ["ALTER SYSTEM SET output_plugin_libraries = 'pgoutput', 'test_decoding', 'wal2json';"],
          effect: "reload",
        },
      });

      await source.run(...(result.fix?.sql ?? []));
      expect(await source.judge("output-plugin-allowed")).toMatchObject({
        outcome: "fail",
        fix: { text: expect.stringMatching(/is already set to .* in the settings files$/), effect: "reload" },
      });

      await source.run("SELECT pg_reload_conf()");
      await source.restart();
      expect((await source.judge("output-plugin-allowed")).outcome).toBe("pass");
      await source.run("SELECT pg_create_logical_replication_slot('works', 'wal2json', true)");
    },
  );

  itsList(
    "fails by what the role, its database or the role in it have of their own, until the fix is applied",
    async () => {
      const cases = [
        ["ROLE ardent IN DATABASE postgres", "role ardent in database postgres"],
        ["ROLE ardent", "role ardent"],
        ["DATABASE postgres", "database postgres"],
      ] as const;
      for (const [whose, where] of cases) {
        await source.run(`ALTER ${whose} SET output_plugin_libraries = pgoutput`);
        const result = await source.judge("output-plugin-allowed");
        expect(result).toMatchObject({
          outcome: "fail",
          findings: [{ current: "pgoutput", where }],
          fix: {
            sql: [
              "ALTER ROLE \"ardent\" IN DATABASE \"postgres\" SET output_plugin_libraries = 'pgoutput', 'wal2json';",
            ],
            effect: "none",
          },
        });
        await source.run(...(result.fix?.sql ?? []));
        expect(await source.judge("output-plugin-allowed")).toMatchObject({ outcome: "pass" });
        const role = source.as("ardent", "right");
        expect(await source.judge("wal2json", { role, probes: { slot: true, login: true } })).toMatchObject({
          outcome: "pass",
          message: "a temporary slot was created and dropped",
        });
        await source.run(
          "ALTER ROLE ardent IN DATABASE postgres RESET ALL",
          `ALTER ${whose} RESET output_plugin_libraries`,
        );
      }
    },
  );

  itsList("is told by a slot for a user who does not see the setting, and skipped without one", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("output-plugin-allowed", { admin: role, role })).toMatchObject({
      outcome: "skipped",
      message:
        "output_plugin_libraries is hidden from this user (needs pg_read_all_settings), and no slot was tried: no slot is created in this run",
    });
    expect(
      await source.judge("output-plugin-allowed", {
        admin: role,
        role,
        probes: { slot: true, login: true },
      }),
    ).toMatchObject({ outcome: "pass" });
  });
});
