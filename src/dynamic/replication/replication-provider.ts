import { describeQuarantine } from "../../ardent/describe-quarantine";
import { ArdentApiError } from "../../ardent/errors";
import type { Properties, Provider, StackConfig } from "../provider";
import { hideStackTrace } from "../runtime/hide-stack-trace";
import { inputFailures } from "../runtime/input-failures";
import { PartialFailure } from "../runtime/partial-failure";
import { defaultContext, type ProviderContext } from "../runtime/provider-context";
import { requireConnector } from "../runtime/service-access";
import { isHealthShown } from "../runtime/shown-health";
import { HEALTHY, healthLines, lookAt, toRelease } from "./replication-health";
import {
  hadDecisions,
  isOtherConnector,
  matchesLastApplied,
  type Pending,
  pendingIn,
  replicationSchema,
} from "./replication-inputs";
import { runReplication } from "./run-replication";

/** Makes the provider of the Replication resource. */
export function createReplicationProvider({
  service,
  briefService = service,
  print,
  pollMs,
}: ProviderContext): Provider {
  /**
   * Runs the steps. A failure while work continues at the service, or once the setup has begun, is recorded with that
   * work. Before that there is nothing to record: the next run begins with a discovery anyway.
   */
  async function run(
    news: Properties,
    resume: Pending | undefined,
    config: StackConfig | undefined,
    mayHaveDecisions: boolean,
  ): Promise<Properties> {
    const inputs = replicationSchema.parse(news);
    let pending = resume;
    let begun = resume !== undefined;
    const record = (now: Pending | undefined) => {
      pending = now;
      begun ||= now?.step === "setup";
    };
    try {
      await runReplication(service(config), inputs, { resume, mayHaveDecisions, print, record, pollMs });
      return { ...news, ...(pending && { pending }) };
    } catch (error) {
      if (!(begun || pending) || !(error instanceof Error)) throw error;
      // This causes a change in the next run, even after a refresh, which removes the engine's own mark of a failure.
      const unfinished = pending === undefined ? { unconfirmed: true } : { pending };
      const outputs = { ...news, __provider: news.__provider, ...unfinished };
      throw new PartialFailure(inputs.connectorId, outputs, error);
    }
  }

  return {
    async check(olds, news, config) {
      const failures = inputFailures(replicationSchema, news);
      if (failures.length > 0) return { inputs: news, failures };
      if (Object.keys(olds).length === 0) await requireConnector(() => briefService(config), news, config);
      return { inputs: news, failures };
    },

    async diff(id, olds, news, config) {
      const replaces = isOtherConnector(olds, news) ? ["connectorId"] : [];
      const pending = pendingIn(olds);
      // A setup continues without us; after a discovery, more steps follow.
      const unfinished = pending !== undefined && (pending.step === "discovery" || news.wait !== false);
      const health = replaces.length > 0 ? HEALTHY : await lookAt(() => briefService(config), id);
      for (const line of healthLines(health, news, isHealthShown(id))) print(line);
      return {
        changes:
          !matchesLastApplied(olds, news) ||
          unfinished ||
          health.problem?.failed === true ||
          toRelease(health, news).length > 0,
        replaces,
      };
    },

    async create(properties, config) {
      const outs = await run(properties, undefined, config, false);
      return { id: replicationSchema.parse(properties).connectorId, outs };
    },

    async read(id, props, config) {
      return hideStackTrace(async () => {
        try {
          await service(config).connectors.get(id);
          return { id, props };
        } catch (error) {
          if (error instanceof ArdentApiError && error.code === "not-found") return {};
          throw error;
        }
      });
    },

    async update(id, olds, news, config) {
      const client = service(config);
      const health = await lookAt(() => client, id);
      const released = toRelease(health, news);
      for (const quarantine of released) {
        await client.quarantines.release(id, quarantine.id);
        print(`Ardent: connector ${id}: released quarantine ${describeQuarantine(quarantine)}`);
      }
      const told = matchesLastApplied(olds, news);
      const resume = told ? pendingIn(olds) : undefined;
      const nothingElse = told && resume === undefined && health.problem?.failed !== true;
      if (released.length > 0 && nothingElse) return { outs: news };
      try {
        return { outs: await run(news, resume, config, hadDecisions(olds)) };
      } catch (error) {
        if (error instanceof PartialFailure || !(error instanceof Error)) throw error;
        // The service may have received some of it: with only the old record, a reverted program would find nothing to do.
        throw new PartialFailure(id, { ...olds, __provider: news.__provider, unconfirmed: true }, error);
      }
    },

    async delete() {
      // The replication ends with its connector, whose deletion removes its objects from the source.
    },
  };
}

/** The provider of the Replication resource, as deployments use it. */
export const replicationProvider: Provider = createReplicationProvider(defaultContext);
