import type { Check } from "../check/check";
import { fail, notRead, pass } from "../check/verdict";

/** The oldest version Ardent takes (runbook). */
const OLDEST = 13;

export const serverVersion: Check = {
  id: "server-version",
  category: "connection",
  title: `the server is Postgres ${OLDEST} or newer`,
  severity: "error",
  run: ({ facts: { server } }) => {
    if (server.kind !== "read") return notRead(server);
    const { number, text } = server.value.version;
    if (number >= OLDEST * 10_000) return pass(text);
    return fail(
      `Postgres ${text} is too old`,
      [{ object: "server_version", current: text, needed: `${OLDEST} or newer` }],
      { text: `Upgrade the server to Postgres ${OLDEST} or newer (pg_upgrade).` },
    );
  },
};
