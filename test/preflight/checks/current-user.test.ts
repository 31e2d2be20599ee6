import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("current-user", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run(
      "CREATE ROLE ardent LOGIN SUPERUSER REPLICATION PASSWORD 'right'",
      "CREATE ROLE app",
      "CREATE ROLE narrow LOGIN REPLICATION PASSWORD 'right'",
    );
  });
  afterAll(() => source.stop());

  it("passes for a role whose sessions run as itself, with its password and without it", async () => {
    const role = source.as("ardent", "right");
    expect(await source.judge("current-user", { role })).toMatchObject({
      outcome: "pass",
      message: "current_user is ardent",
    });
    expect(await source.judge("current-user")).toMatchObject({ outcome: "pass", message: "" });
  });

  it("fails for a role whose sessions become another one, until its fix is run", async () => {
    const role = source.as("ardent", "right");
    const cases = [
      ["ROLE ardent", "role ardent"],
      ["ROLE ardent IN DATABASE postgres", "role ardent in database postgres"],
    ] as const;
    for (const [whose, where] of cases) {
      await source.run(`ALTER ${whose} SET role = app`);
      const failed = {
        outcome: "fail",
        message: "sessions of role ardent run as role app",
        findings: [{ object: "role", current: "app", needed: "none", where }],
      };
      expect(await source.judge("current-user")).toMatchObject(failed);
      const result = await source.judge("current-user", { role });
      expect(result).toMatchObject(failed);
      // The role reads the facts itself, and is not the role any more.
      expect(await source.judge("current-user", { admin: role, role })).toMatchObject(failed);
      await source.run(...(result.fix?.sql ?? []));
      expect(await source.judge("current-user", { role })).toMatchObject({ outcome: "pass" });
      await source.run("ALTER ROLE ardent RESET ALL", "ALTER ROLE ardent IN DATABASE postgres RESET ALL");
    }
  });

  it("makes the source not ready, and only this check fails for the rejected slot", async () => {
    const role = source.as("ardent", "right");
    await source.run("ALTER ROLE ardent SET role = app");
    const { ok, checks } = await source.preflight({ role, probes: { slot: true, login: true } });
    await source.run("ALTER ROLE ardent RESET role");
    expect(ok).toBe(false);
    const outcomes = Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
    expect(outcomes).toMatchObject({ "current-user": "fail", "role-replication": "pass" });
  });

  it("passes if Postgres ignores the setting: no such role, no right to it, or none", async () => {
    await source.run(
      "CREATE ROLE gone",
      "ALTER ROLE ardent SET role = gone",
      "DROP ROLE gone",
      "ALTER ROLE narrow SET role = app",
    );
    for (const user of ["ardent", "narrow"]) {
      const request = { role: user };
      const role = source.as(user, "right");
      expect(await source.judge("current-user", { request })).toMatchObject({ outcome: "pass" });
      expect(await source.judge("current-user", { request, role })).toMatchObject({ outcome: "pass" });
    }
    await source.run("GRANT app TO narrow");
    expect(await source.judge("current-user", { request: { role: "narrow" } })).toMatchObject({
      outcome: "fail",
    });
    await source.run("ALTER ROLE narrow IN DATABASE postgres SET role = none");
    expect(await source.judge("current-user", { request: { role: "narrow" } })).toMatchObject({
      outcome: "pass",
    });
  });
});
