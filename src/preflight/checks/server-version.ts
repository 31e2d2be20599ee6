import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/** The oldest version that Ardent supports (runbook). */
const OLDEST = 13;

export const serverVersion = defineCheck({
  id: "server-version",
  category: "connection",
  title: `the server is Postgres ${OLDEST} or newer`,
  severity: "error",
  reads: ["server"],
  judge: ({ server }) => {
    const { number, text } = server.version;
    if (number >= OLDEST * 10_000) return pass(text);
    return fail(
      `Postgres ${text} is too old`,
      [{ object: "server_version", current: text, needed: `${OLDEST} or newer` }],
      { text: `Upgrade the server to Postgres ${OLDEST} or newer (pg_upgrade).` },
    );
  },
});
