import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { skippedWithoutConnector } from "../judge/skipped-without-connector";

/** Ardent's own preflight, from Ardent's network. Once the source is connected, it would report a duplicate. */
export const ardentPreflight = defineCheck({
  id: "ardent-preflight",
  category: "ardent",
  title: "Ardent's own preflight passes",
  severity: "error",
  reads: ["service"],
  byRequest: skippedWithoutConnector,
  judge: ({ service: { connector, preflight } }) => {
    if (connector !== undefined) return { kind: "skipped", message: `connected as ${connector.id}` };
    if (preflight === undefined) return { kind: "skipped", message: "Ardent's API is not asked in this run" };
    if (preflight.pass) return pass();
    const failed = preflight.checks.filter((check) => !check.pass);
    return fail(
      `Ardent says the source is not ready${failed.length === 0 ? "" : `: ${failed.map(({ name }) => name).join(", ")}`}`,
      failed.map(({ name, detail }) => ({ object: detail === undefined ? name : `${name}: ${detail}` })),
      {
        text: "Fix the failed checks above first. If none failed, the cause is visible only from Ardent's network: firewall, NAT, DNS, TLS or pg_hba.conf.",
      },
    );
  },
});
