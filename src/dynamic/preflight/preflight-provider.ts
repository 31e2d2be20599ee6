import { isDeepStrictEqual } from "node:util";
import { type AccessDelta, planDelta } from "../../access/plan-delta";
import { evaluate } from "../../preflight/evaluate";
import { valueIfRead } from "../../preflight/facts/evidence";
import { gatherFacts } from "../../preflight/facts/gather-facts";
import type { ServerIdentity } from "../../preflight/facts/server-identity";
import type { PreflightReport } from "../../preflight/report";
import type { PreflightRequest } from "../../preflight/request";
import { printableValue } from "../../printable-text";
import { type Properties, type Provider, type StackConfig, UNKNOWN } from "../provider";
import { log } from "../runtime/engine-log";
import { inputFailures } from "../runtime/input-failures";
import { requireService, requireServiceBriefly } from "../runtime/service";
import { healthIsShown } from "../runtime/shown-health";
import { unknownPropertyPaths } from "../runtime/unknown";
import { rejectRefusedAdmin } from "../source/refused-admin";
import { runnerConnection } from "../source/source-inputs";
import { accessChanges } from "./access-changes";
import {
  creationBy,
  factsNotKnown,
  type HalfKnownInputs,
  halfKnownInputs,
  previewOnly,
} from "./known-inputs";
import {
  addsConnector,
  isOtherSource,
  type PreflightInputs,
  planOf,
  preflightSchema,
  recordedServer,
  requestOf,
} from "./preflight-inputs";
import { checklistOf, ofSource, printChecklist, printNotKnown, printOfSource } from "./print-checklist";
import {
  keepRecordedOutcomes,
  type PreviewedChecks,
  previewedChecks,
  recordChecks,
  recordedChecks,
  recordServer,
  worsened,
} from "./recorded-checks";
import { connectorLeft, readService } from "./service-facts";
import { stoppedByDrift, upWillFail } from "./up-will-fail";

/**
 * Runs preflight: in check, which a preview calls too, by reading only; in create and update with everything that
 * needs the role and its grants, before a connector is made.
 */
export const preflightProvider: Provider = {
  async check(olds, all, config) {
    const { createdBy, preview, selection, news } = previewOnly(all);
    const failures = inputFailures(preflightSchema, news);
    if (failures.length > 0) return { inputs: news, failures };
    const before = recordedChecks(olds);
    const unknown = unknownPropertyPaths(news).filter((path) => path !== "__provider");
    // Only in a preview may a provider return unknown values; an update plan then accepts any value.
    const orOpen = preview === true ? UNKNOWN : undefined;
    const record = (checks: PreviewedChecks | undefined, server: ServerIdentity | undefined) => ({
      ...news,
      checks: checks ?? orOpen,
      server: server ?? orOpen,
    });

    const halfKnown = halfKnownInputs(news, unknown);
    if (halfKnown === undefined) {
      printNotKnown(news, unknown);
      return { inputs: record(before, recordedServer(olds)) };
    }
    const { inputs } = halfKnown;
    const recorded = recordedInputs(olds);
    const isOther = !unknown.includes("source.database") && isOtherSource(recorded, inputs);
    const known = isOther ? undefined : before;
    const server = known && recordedServer(olds);
    const ahead = { ...halfKnown, ...creationBy(createdBy) };
    const report = await read(ahead, { recorded, installed: known && recorded, server }, config);
    const isFirst = known === undefined;
    const mustBeReady = isFirst || addsConnector(recorded, inputs);
    if (mustBeReady && inputs.onFailure === "fail" && hasFailed(report)) {
      return { inputs: news, failures: [{ property: "", reason: checklistOf(inputs, report, mustBeReady) }] };
    }
    const driftFails = !isFirst && inputs.onDrift === "fail";
    const checks = (preview === true ? previewedChecks : recordChecks)(known, report.checks, driftFails);
    const checked = record(checks, recordServer(server, report));
    // In a deployment, create or update prints what it finds, or fails with it.
    if (preview === false && !isDeepStrictEqual(jsonOf(olds), jsonOf(checked))) return { inputs: checked };
    printChecklist(inputs, report, isFirst);
    const installed = known && recorded;
    for (const line of [
      ...accessChanges(installed, halfKnown, selection),
      ...upWillFail(installed, known, inputs, report),
    ])
      printOfSource(inputs, line);
    return { inputs: checked };
  },

  async diff(_id, olds, news) {
    return { changes: !isDeepStrictEqual(jsonOf(olds), jsonOf(news)) };
  },

  async create(properties, config) {
    const inputs = preflightSchema.parse(properties);
    failFirstInstall(inputs, await probe(inputs, {}, config));
    const { host, port, database } = inputs.source;
    return { id: `${host}:${port}/${database}`, outs: properties };
  },

  async read(id, props) {
    return { id, props };
  },

  async update(_id, olds, news, config) {
    const inputs = preflightSchema.parse(news);
    const recorded = recordedInputs(olds);
    await rejectRefusedAdmin(recorded, inputs);
    const report = await probe(inputs, olds, config);
    if (isOtherSource(recorded, inputs) || addsConnector(recorded, inputs)) {
      failFirstInstall(inputs, report);
      return { outs: news };
    }
    const before = recordedChecks(olds);
    const drift = worsened(before, report.checks);
    const stops = drift.length > 0 && inputs.onDrift === "fail";
    if (stops && recorded?.role.password === inputs.role.password)
      throw new Error(
        [ofSource(inputs, stoppedByDrift(drift)), checklistOf(inputs, report, false)].join("\n"),
      );
    printChecklist(inputs, report, false);
    if (!stops) return { outs: news };
    // The role already has its new password, and Ardent gets it next: if this stopped, Ardent could not log in. The worse
    // outcomes are not recorded, so the next run stops.
    return {
      outs: {
        ...news,
        checks: { ...recordedChecks(news), ...keepRecordedOutcomes(before, drift) },
      },
    };
  },

  async delete(_id, props, config) {
    // Preflight creates nothing. But its connector is deleted before it, so one that still exists may be in no state.
    const left = await connectorLeft(recordedInputs(props), config);
    if (left === undefined) return;
    log(
      `Ardent: connector ${left.id} "${printableValue(left.name)}" still exists. If it belongs to no stack, an interrupted \`pulumi up\` left ` +
        "it: run `pulumi up` to adopt it, then `pulumi destroy` to delete it",
    );
  },
};

/** The inputs that were deployed last; undefined if they can no longer be read. */
function recordedInputs(olds: Properties): PreflightInputs | undefined {
  return preflightSchema.safeParse(olds).data;
}

/** Stops a deployment before it creates a connector that cannot work. */
function failFirstInstall(inputs: PreflightInputs, report: PreflightReport): void {
  if (!report.ok && inputs.onFailure === "fail") throw new Error(checklistOf(inputs, report, true));
  printChecklist(inputs, report, true);
}

/** What is asked before a deployment, as far as it is known. */
type Ahead = HalfKnownInputs & Pick<PreflightRequest, "mayCreate" | "createsRole">;

/** The records of earlier deployments. */
interface Before {
  /** The inputs that were deployed last. */
  readonly recorded: PreflightInputs | undefined;
  /** The same, if they were for this source. */
  readonly installed: PreflightInputs | undefined;
  /** The cluster at that time. */
  readonly server: ServerIdentity | undefined;
}

/**
 * Reads the source without changing it: it creates no slot, and does not let Ardent's service connect to the source.
 *
 * @throws UserError when Ardent's service is configured wrongly
 */
async function read(ahead: Ahead, before: Before, config: StackConfig | undefined): Promise<PreflightReport> {
  const { inputs } = ahead;
  const { installed } = before;
  // A role that is created again after it was dropped outside gets all its grants again.
  const deployed = ahead.createsRole ? undefined : installed && planOf(installed);
  const delta = planDelta(deployed, planOf(inputs));
  // Before the first deployment and before a rotation, the password in the arguments is not yet the role's.
  const setsPassword = inputs.role.create && installed?.role.password !== inputs.role.password;
  return await preflight(ahead, before, delta, config, {
    probes: false,
    login: !setsPassword,
  });
}

/** Runs preflight with all probes, after the grants have been made. */
async function probe(
  inputs: PreflightInputs,
  olds: Properties,
  config: StackConfig | undefined,
): Promise<PreflightReport> {
  const recorded = recordedInputs(olds);
  const installed = isOtherSource(recorded, inputs) ? undefined : recorded;
  const before = { recorded, installed, server: recordedServer(olds) };
  return await preflight({ inputs, notKnown: [] }, before, undefined, config, { probes: true, login: true });
}

async function preflight(
  ahead: Ahead,
  { recorded, installed, server }: Before,
  delta: AccessDelta | undefined,
  config: StackConfig | undefined,
  { probes, login }: { probes: boolean; login: boolean },
): Promise<PreflightReport> {
  const { inputs, mayCreate, notKnown, createsRole } = ahead;
  const { source, admin, role } = inputs;
  const isFirst = installed === undefined;
  const facts = factsNotKnown(ahead);
  const request = requestOf(inputs, delta, server, { mayCreate, notKnown, createsRole, deployed: !isFirst });
  const ofService = readService(inputs, { recorded, isFirst }, config, {
    ask: probes ? "everything" : "reads",
    notKnown: facts.service ?? [],
    // A first install needs the response; any other run continues without it.
    client: probes && isFirst ? requireService : requireServiceBriefly,
  });
  // With probes, Ardent connects to the source too, which the facts of the source must not include.
  if (probes) await ofService;
  const [ofSource, service] = await Promise.all([
    gatherFacts({
      request,
      admin: runnerConnection(source, admin, admin),
      role: login ? runnerConnection(source, admin, { user: role.name, password: role.password }) : undefined,
      notKnown: facts,
      probes: { slot: probes, login },
    }),
    ofService,
  ]);
  const { connector } = valueIfRead(service.service) ?? {};
  if (connector !== undefined) healthIsShown(connector.id);
  return evaluate(request, { ...ofSource, ...service });
}

/** A failure ends a first preview; facts that could not be read from this machine do not. */
function hasFailed(report: PreflightReport): boolean {
  return report.checks.some(({ severity, outcome }) => severity === "error" && outcome === "fail");
}

function jsonOf(properties: Properties): unknown {
  const { __provider, ...rest } = properties;
  return JSON.parse(JSON.stringify(rest));
}
