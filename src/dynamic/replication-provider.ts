import { ArdentApiError } from "../ardent/errors";
import { inputFailures } from "./input-failures";
import { PartialFailure } from "./partial-failure";
import type { Properties, Provider, StackConfig } from "./provider";
import {
  asksTheSame,
  isOtherConnector,
  type Pending,
  pendingIn,
  replicationSchema,
} from "./replication-inputs";
import { runReplication } from "./run-replication";
import { DEPLOYMENT, type Surroundings } from "./surroundings";
import { withoutStack } from "./without-stack";

/** Makes the provider of the Replication resource. */
export function createReplicationProvider({ service, print, pollMs }: Surroundings): Provider {
  /**
   * Runs the steps. A failure while work goes on at the service, or once the set-up has begun, is recorded with that
   * work. Before that there is nothing to record: the next run begins with a discovery anyway.
   */
  async function run(
    news: Properties,
    resume: Pending | undefined,
    config: StackConfig | undefined,
  ): Promise<Properties> {
    const inputs = replicationSchema.parse(news);
    let pending = resume;
    let begun = resume !== undefined;
    const record = (now: Pending | undefined) => {
      pending = now;
      begun ||= now?.step === "set-up";
    };
    const outputs = () => ({ ...news, __provider: news.__provider, ...(pending && { pending }) });
    try {
      await runReplication(service(config), inputs, { resume, print, record, pollMs });
      return outputs();
    } catch (error) {
      if (!(begun || pending) || !(error instanceof Error)) throw error;
      throw new PartialFailure(inputs.connectorId, outputs(), error);
    }
  }

  return {
    async check(_olds, news) {
      return { inputs: news, failures: inputFailures(replicationSchema, news) };
    },

    async diff(_id, olds, news) {
      const unfinished = pendingIn(olds) !== undefined;
      return {
        changes: !asksTheSame(olds, news) || (unfinished && olds.wait === false && news.wait !== false),
        replaces: isOtherConnector(olds, news) ? ["connectorId"] : [],
      };
    },

    async create(properties, config) {
      const outs = await run(properties, undefined, config);
      return { id: replicationSchema.parse(properties).connectorId, outs };
    },

    async read(id, props, config) {
      return withoutStack(async () => {
        try {
          await service(config).getConnector(id);
          return { id, props };
        } catch (error) {
          if (error instanceof ArdentApiError && error.code === "not-found") return {};
          throw error;
        }
      });
    },

    async update(_id, olds, news, config) {
      const resume = asksTheSame(olds, news) ? pendingIn(olds) : undefined;
      return { outs: await run(news, resume, config) };
    },

    async delete() {
      // The replication ends with its connector, whose deletion removes what it made on the source.
    },
  };
}

/** The provider of the Replication resource, as deployments use it. */
export const replicationProvider: Provider = createReplicationProvider(DEPLOYMENT);
