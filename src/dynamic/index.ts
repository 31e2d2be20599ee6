/*
 * The serialized providers in users' states load this module. The path `pulumi-ardent/dynamic` and `providerOf` with its
 * kinds are frozen: never rename them.
 */
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../errors";
import { printableError } from "../printable-error";
import { printableLines, printableValue } from "../printable-text";
import { branchProvider } from "./branch/branch-provider";
import { connectorProvider } from "./connector/connector-provider";
import { preflightProvider } from "./preflight/preflight-provider";
import type { Provider, ProviderKind, StackConfig } from "./provider";
import { replicationProvider } from "./replication/replication-provider";
import { roleCleanupProvider } from "./role-cleanup/role-cleanup-provider";
import { logged } from "./runtime/engine-log";

const PROVIDERS: { readonly [kind in ProviderKind]: Provider } = {
  Preflight: preflightProvider,
  Connector: connectorProvider,
  Replication: replicationProvider,
  Branch: branchProvider,
  RoleCleanup: roleCleanupProvider,
};

/**
 * The methods that the engine calls, for one kind of resource and one stack.
 *
 * @param kind - the kind of resource of the shim
 * @param config - the stack's configuration
 */
export function providerOf(
  kind: ProviderKind,
  config: StackConfig | undefined,
): Required<Omit<pulumi.dynamic.ResourceProvider, "configure">> {
  const provider = PROVIDERS[kind];
  return {
    check: (olds, news) =>
      printing(printableFailures(refusingUserErrors(news, provider.check(olds, news, config)))),
    diff: (id, olds, news) => printing(provider.diff(id, olds, news, config)),
    create: (inputs) => printing(provider.create(inputs, config)),
    read: (id, props) => printing(provider.read(id, props, config)),
    update: (id, olds, news) => printing(provider.update(id, olds, news, config)),
    delete: (id, props) => printing(provider.delete(id, props, config)),
  };
}

/** The engine prints errors that are thrown here. */
async function printing<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw printableError(error);
  } finally {
    await logged();
  }
}

/** The engine prints a failure's property and reason. */
async function printableFailures(
  checking: Promise<pulumi.dynamic.CheckResult>,
): Promise<pulumi.dynamic.CheckResult> {
  const { failures, ...result } = await checking;
  if (failures === undefined) return result;
  return {
    ...result,
    failures: failures.map(({ property, reason }) => ({
      property: printableValue(property),
      reason: printableLines(reason),
    })),
  };
}

/** Errors that the user can fix are shown once, at the resource; a thrown error would be printed twice, with a stack. */
async function refusingUserErrors<T>(
  news: T,
  checking: Promise<pulumi.dynamic.CheckResult>,
): Promise<pulumi.dynamic.CheckResult> {
  try {
    return await checking;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { inputs: news, failures: [{ property: "", reason: error.message }] };
  }
}
