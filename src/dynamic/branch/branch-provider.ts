import type { ArdentClient } from "../../ardent/client";
import { ArdentApiError } from "../../ardent/errors";
import type { Properties, Provider, StackConfig } from "../provider";
import { hideStackTrace } from "../runtime/hide-stack-trace";
import { inputFailures } from "../runtime/input-failures";
import { orIfUnavailable } from "../runtime/or-if-unavailable";
import { PartialFailure } from "../runtime/partial-failure";
import { defaultContext, type ProviderContext } from "../runtime/provider-context";
import { requireConnector } from "../runtime/service-access";
import {
  branchInputsSchema,
  type PendingBranch,
  pendingBranchIn,
  removalCommand,
  replacedBy,
} from "./branch-inputs";
import { type BranchLook, ensureBranch, lookForBranch } from "./ensure-branch";

/** Makes the provider of the Branch resource. */
export function createBranchProvider({
  service,
  briefService = service,
  print,
  pollMs,
}: ProviderContext): Provider {
  /** Once the service has accepted the creation, a failure is recorded with it: the next run keeps waiting. */
  async function run(
    news: Properties,
    resume: PendingBranch | undefined,
    config: StackConfig | undefined,
  ): Promise<Properties> {
    const inputs = branchInputsSchema.parse(news);
    let pending = resume;
    const record = (now: PendingBranch | undefined) => {
      pending = now;
    };
    try {
      const branch = await ensureBranch(service(config), inputs, { resume, print, record, pollMs });
      return { ...news, ...branch };
    } catch (error) {
      if (pending === undefined || !(error instanceof Error)) throw error;
      const properties = { ...news, __provider: news.__provider, pending };
      throw new PartialFailure(idOf(news), properties, error);
    }
  }

  return {
    async check(olds, news, config) {
      const failures = inputFailures(branchInputsSchema, news);
      if (failures.length > 0) return { inputs: news, failures };
      if (Object.keys(olds).length === 0) await requireConnector(() => briefService(config), news, config);
      return { inputs: news, failures };
    },

    async diff(_id, olds, news, config) {
      const replaces = replacedBy(olds, news);
      if (replaces.length > 0 || pendingBranchIn(olds) !== undefined) return { changes: true, replaces };
      const gone = await isGone(() => briefService(config), olds);
      if (gone) print(`Ardent: branch "${olds.name}" was deleted at Ardent; it will be recreated`);
      return { changes: gone, replaces };
    },

    async create(properties, config) {
      return { id: idOf(properties), outs: await run(properties, undefined, config) };
    },

    async read(id, props, config) {
      return hideStackTrace(async () => {
        try {
          const { row, gone } = await look(service(config), props);
          if (pendingBranchIn(props) !== undefined) return { id, props };
          if (row !== undefined) return { id, props: { ...props, url: row.branch_url ?? props.url } };
          if (gone) return {};
          print(`Ardent: the list of branches is incomplete; "${props.name}" is assumed to exist`);
          return { id, props };
        } catch (error) {
          if (error instanceof ArdentApiError && error.code === "not-found") return {};
          throw error;
        }
      });
    },

    async update(_id, olds, news, config) {
      const pending = pendingBranchIn(olds);
      if (pending !== undefined || (await look(service(config), olds)).gone) {
        return { outs: await run(news, pending, config) };
      }
      const { branchId, url, createdAt } = olds;
      return { outs: { ...news, branchId, url, createdAt } };
    },

    async delete(_id, props) {
      const { connectorId, name } = branchInputsSchema.parse(props);
      print(
        `Ardent: branch "${name}" of connector ${connectorId} is not deleted: Ardent's API cannot delete branches. ` +
          "Select its connector with `ardent connector switch`, then delete it with Ardent's CLI:",
      );
      print(`  ${removalCommand(name)}`);
    },
  };
}

/** The provider of the Branch resource, as deployments use it. */
export const branchProvider: Provider = createBranchProvider(defaultContext);

/** Known before the branch exists, and as unique as its name. */
function idOf({ connectorId, name }: Properties): string {
  return `${connectorId}/${name}`;
}

function look(client: ArdentClient, props: Properties): Promise<BranchLook> {
  const { connectorId, name } = branchInputsSchema.parse(props);
  return lookForBranch(client, { connectorId, name, id: props.branchId as string | undefined });
}

/** Whether the branch no longer exists; if the service cannot be reached, a preview continues without it. */
function isGone(service: () => ArdentClient, props: Properties): Promise<boolean> {
  return orIfUnavailable(false, async () => (await look(service(), props)).gone);
}
