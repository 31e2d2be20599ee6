import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { psqlScript } from "../../src/postgres/psql-script";
import { type PostgresServer, startPostgres } from "../support/postgres";

const MARK = "/tmp/run-by-psql";

describe("a script for psql", () => {
  it("is the same for the same statements", () => {
    expect(psqlScript("SELECT 1;\n")).toBe(psqlScript("SELECT 1;\n"));
    expect(psqlScript("SELECT 1;\n")).not.toContain(
      /\\restrict (\w+)$/m.exec(psqlScript("SELECT 2;\n"))?.[1],
    );
  });
});

describe.each([13, 15, 17, 18] as const)("a script for psql of Postgres %i", (major) => {
  let server: PostgresServer;
  let knowsRestrict: boolean;
  beforeAll(async () => {
    server = await startPostgres({ major });
    // Which minor release an image has depends on when it was made.
    knowsRestrict = (await server.exec(["psql", "-c", "\\?"])).includes("\\restrict");
  });
  afterAll(() => server.stop());

  const run = (body: string, ...options: readonly string[]) => {
    const command = 'script="$1"; shift; printf %s "$script" | psql -XqAt "$@" -f -';
    return server.exec(["sh", "-c", command, "sh", psqlScript(body), ...options, "postgres"]);
  };

  it.each([[], ["-v", "ON_ERROR_STOP=1"]])(
    "runs with the options %j, and searches only pg_catalog",
    async (...options) => {
      expect(await run("SHOW search_path;\n", ...options)).toMatch(/^pg_catalog, pg_temp\n$/m);
    },
  );

  it("is not affected by settings of the database", async () => {
    await server.query("CREATE ROLE app; CREATE TABLE counted (id int)");
    const settings = ["default_transaction_read_only = on", "statement_timeout = '1s'", "role = app"];
    if (major >= 17) settings.push("transaction_timeout = '1s'");
    // Those of another database's sessions stay as they are.
    const alter = (what: string) =>
      server.query(`ALTER DATABASE postgres ${what}`, [], { database: "template1" });
    for (const setting of settings) await alter(`SET ${setting}`);
    try {
      await run("INSERT INTO public.counted SELECT 1 FROM pg_catalog.pg_sleep(1.5);\n");
      expect(await run("SELECT current_user, count(*) FROM public.counted;\n")).toMatch(/^postgres\|1$/m);
    } finally {
      await alter("RESET ALL");
    }
  });

  it("ends at the first error", async () => {
    await expect(run("SELECT 1/0;\nSELECT 'later';\n")).rejects.toThrow(/exit code 3\n(?!.*later)/s);
  });

  it("runs no meta-command, if psql supports \\restrict", async ({ skip }) => {
    if (!knowsRestrict) skip("this psql knows no \\restrict");
    await expect(run(`\\! touch ${MARK}\n`)).rejects.toThrow("backslash commands are restricted");
    await expect(server.exec(["ls", MARK])).rejects.toThrow("No such file");
  });
});
