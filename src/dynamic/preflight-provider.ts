import { isDeepStrictEqual } from "node:util";
import { type AccessDelta, planDelta } from "../access/plan-delta";
import type { PreflightReport } from "../preflight/report";
import { renderChecklist } from "../preflight/report/checklist";
import { runPreflight } from "../preflight/run";
import { inputFailures } from "./input-failures";
import { type PreflightInputs, planOf, preflightSchema, requestOf } from "./preflight-inputs";
import type { Properties, Provider, StackConfig } from "./provider";
import { type RecordedChecks, recordChecks, worsened } from "./recorded-checks";
import { readService } from "./service-facts";
import { runnerConnection } from "./source-inputs";
import { unknownPaths } from "./unknown";

/**
 * Runs preflight: in check, which a preview calls too, by reading only; in create and update with everything that
 * needs the role and its grants, before a connector is made.
 */
export const preflightProvider: Provider = {
  async check(olds, news, config) {
    const before = olds.checks as RecordedChecks | undefined;
    const record = (checks: RecordedChecks | undefined) =>
      checks === undefined ? news : { ...news, checks };

    const failures = inputFailures(preflightSchema, news);
    if (failures.length > 0) return { inputs: news, failures };
    const unknown = unknownPaths(news).filter((path) => path !== "__provider");
    if (unknown.length > 0) {
      print(`preflight: not checked yet, known only in the deployment: ${unknown.join(", ")}`);
      return { inputs: record(before) };
    }
    const inputs = preflightSchema.parse(news);
    const recordedInputs = preflightSchema.safeParse(olds);
    const installed = before !== undefined && recordedInputs.success ? recordedInputs.data : undefined;
    const report = await read(inputs, installed, config);
    if (before === undefined && inputs.onFailure === "fail" && hasFailed(report)) {
      return { inputs: news, failures: [{ property: "", reason: renderChecklist(report) }] };
    }
    print(renderChecklist(report, "problems"));
    return { inputs: record(recordChecks(before, report.checks)) };
  },

  async diff(_id, olds, news) {
    return { changes: !isDeepStrictEqual(jsonOf(olds), jsonOf(news)) };
  },

  async create(properties, config) {
    const inputs = preflightSchema.parse(properties);
    const report = await probe(inputs, config);
    if (!report.ok && inputs.onFailure === "fail") throw new Error(renderChecklist(report));
    if (!report.ok) print(renderChecklist(report));
    const { host, port, database } = inputs.source;
    return { id: `${host}:${port}/${database}`, outs: properties };
  },

  async read(id, props) {
    return { id, props };
  },

  async update(_id, olds, news, config) {
    const inputs = preflightSchema.parse(news);
    const report = await probe(inputs, config);
    const drift = worsened(olds.checks as RecordedChecks | undefined, report.checks);
    if (drift.length > 0 && inputs.onDrift === "fail") throw new Error(renderChecklist(report, "problems"));
    if (!report.ok) print(renderChecklist(report, "problems"));
    return { outs: news };
  },

  async delete() {
    // Preflight makes nothing, so there is nothing to take back.
  },
};

/** Reads the source without touching it: no slot, and nothing asked of Ardent's service that would touch it. */
async function read(
  inputs: PreflightInputs,
  installed: PreflightInputs | undefined,
  config: StackConfig | undefined,
): Promise<PreflightReport> {
  const delta = planDelta(installed && planOf(installed), planOf(inputs));
  // Before the first deployment and before a rotation, the password in the arguments is not yet the role's.
  const setsPassword = inputs.role.create && installed?.role.password !== inputs.role.password;
  return await preflight(inputs, delta, config, { probes: false, login: !setsPassword });
}

/** Runs preflight with everything that proves it, after the grants have been made. */
async function probe(inputs: PreflightInputs, config: StackConfig | undefined): Promise<PreflightReport> {
  return await preflight(inputs, undefined, config, { probes: true, login: true });
}

async function preflight(
  inputs: PreflightInputs,
  delta: AccessDelta | undefined,
  config: StackConfig | undefined,
  { probes, login }: { probes: boolean; login: boolean },
): Promise<PreflightReport> {
  const { source, admin, role } = inputs;
  return await runPreflight({
    request: requestOf(inputs, delta),
    admin: runnerConnection(source, admin, admin),
    role: login ? runnerConnection(source, admin, { user: role.name, password: role.password }) : undefined,
    service: await readService(inputs, config, { preflight: probes }),
    probes: { slot: probes, login },
  });
}

/** A failure ends a first preview; what could not be had from where the preview runs does not. */
function hasFailed(report: PreflightReport): boolean {
  return report.checks.some(({ severity, outcome }) => severity === "error" && outcome === "fail");
}

function jsonOf(properties: Properties): unknown {
  const { __provider, ...rest } = properties;
  return JSON.parse(JSON.stringify(rest));
}

/** What a provider prints is shown live under the stack, unmasked: only text made for printing goes here. */
function print(text: string): void {
  console.log(text);
}
