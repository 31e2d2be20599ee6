import { type Finding, SHOWN_FINDINGS, type Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { Quarantine } from "../facts/service";
import { counted } from "../judge/counted";
import { skippedWithoutConnector } from "../judge/skipped-without-connector";

/** Whether the service reports that the connector's engine failed or that parts of it are paused. */
export const ardentConnector = defineCheck({
  id: "ardent-connector",
  category: "ardent",
  title: "Ardent reports that the connector replicates",
  severity: "error",
  pointInTime: true,
  reads: ["service"],
  byRequest: skippedWithoutConnector,
  judge: ({ service: { connector, taken } }) => {
    if (taken !== undefined) return nameTaken(taken);
    if (connector === undefined) return { kind: "skipped", message: "there is no connector yet" };
    const { id, status, problem, quarantines = [] } = connector;
    if (problem !== undefined) return problemVerdict(id, problem);
    if (quarantines.length > 0) return quarantined(id, quarantines);
    return pass(status === undefined ? id : `${id}: ${status}`);
  },
});

/** Up adopts a connector with a chosen name only on request, and fails otherwise: after the role and its grants. */
function nameTaken({ id, name }: { readonly id: string; readonly name: string }): Verdict {
  return fail(
    `Ardent already has a connector named ${name}, which is not in the state of this stack`,
    [{ object: `connector ${id}`, current: name }],
    {
      text: `If it is the connector of this database, adopt it: \`adopt: true\`, or \`connectorId: "${id}"\`. Otherwise choose another name for this one.`,
    },
  );
}

function problemVerdict(
  id: string,
  { status, failed, error }: { readonly status: string; readonly failed: boolean; readonly error?: string },
): Verdict {
  const verdict = fail(
    `connector ${id} is ${status}${error === undefined ? "" : `: ${error}`}`,
    [{ object: `connector ${id}`, current: status, needed: "a running replication" }],
    {
      text: failed
        ? "Fix the reported cause, then run `pulumi up`, which repeats the setup of this connector. If that fails again, recreate the connector, which copies the tables again: `pulumi up --replace <URN of the Connector>`."
        : "It may recover by itself. If it does not, look in Ardent for the cause: the network path to the source, the role's password, or the source itself.",
    },
  );
  return failed ? verdict : { ...verdict, severity: "warning" };
}

function quarantined(id: string, quarantines: readonly Quarantine[]): Verdict {
  const ids = quarantines.map((quarantine) => JSON.stringify(quarantine.id)).join(", ");
  return fail(
    `Ardent has paused ${counted(quarantines.length, "part")} of the replication of connector ${id}`,
    quarantines.slice(0, SHOWN_FINDINGS).map(quarantineFinding),
    {
      text: `Paused parts retain WAL on the source and become stale in branches. Fix the cause, then resume them: releaseQuarantines: [${ids}] (in \`connector\` of a PostgresSource, or in a Replication), then \`pulumi up\`.`,
    },
    quarantines.length,
  );
}

function quarantineFinding({ id, reason, tables }: Quarantine): Finding {
  const what = tables === undefined || tables.length === 0 ? "" : `: ${shortened(tables)}`;
  return { object: `quarantine ${id}${what}`, current: `paused${reason === undefined ? "" : `: ${reason}`}` };
}

function shortened(tables: readonly string[]): string {
  const more = tables.length - SHOWN_FINDINGS;
  return `${tables.slice(0, SHOWN_FINDINGS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
