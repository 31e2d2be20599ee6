import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_MAJORS, type Major, type PostgresServer, startPostgres } from "../support/postgres";
import { byTier, EVERYTHING } from "../support/tier";
import { SOURCES } from "./operation/sources";
import { trySource } from "./operation/try-source";

// In the first tier every second one, so that each kind of source has some.
const triedOn = (major: Major) =>
  SOURCES.filter(({ majors = [17] }) => majors.includes(major)).filter(
    (_, index) => EVERYTHING || index % 2 === 0,
  );

// A source that is ready has to work, and one that works has to be ready, unless its description says why not.
describe.each(byTier<readonly Major[]>({ first: [17], all: ALL_MAJORS }))(
  "what preflight says of a source on Postgres %i is what becomes of it",
  (major) => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ major });
    });
    afterAll(() => server.stop());

    it.each(triedOn(major))("$name", async (source) => {
      const { failing, failure } = await trySource(server, source);
      expect(failing.filter((id) => id !== source.mayFail)).toEqual(source.failing ?? []);
      const stage = failure?.split(": ")[0];
      if (source.stopsAt === undefined) expect(failure).toBeUndefined();
      else expect(source.stopsAt).toContain(stage);
    });
  },
);
