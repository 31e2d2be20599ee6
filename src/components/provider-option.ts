import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { CheckFailure } from "@pulumi/pulumi/dynamic";

/**
 * Says that a component of grants has no server: without one, `@pulumi/postgresql` connects to 127.0.0.1. A server in the
 * stack's configuration or the environment counts, as it does for that package.
 */
export function missingProvider(opts: pulumi.ComponentResourceOptions | undefined): CheckFailure[] {
  const inherited = opts?.parent?.getProvider("postgresql:index:Role");
  const host = new pulumi.Config("postgresql").get("host") ?? process.env.PGHOST;
  if (isGiven(opts) || inherited !== undefined || host !== undefined) return [];
  const reason =
    "is missing, and @pulumi/postgresql would connect to 127.0.0.1; " +
    "pass { provider: new postgresql.Provider(…) } in the options, or set postgresql:host in the stack's configuration";
  return [{ property: "provider", reason }];
}

/** Says that a component that makes its own provider would not use the one that it was given. */
export function unusedProvider(opts: pulumi.ComponentResourceOptions | undefined): CheckFailure[] {
  if (!isGiven(opts)) return [];
  const reason =
    "would not be used: PostgresSource makes its own postgresql.Provider from host, port, sslMode and admin; " +
    "remove it from the options, or use ReplicationRole, DatabaseGrants and SchemaGrants, which take one";
  return [{ property: "provider", reason }];
}

function isGiven(opts: pulumi.ComponentResourceOptions | undefined): boolean {
  const providers = [opts?.provider, ...Object.values(opts?.providers ?? {})];
  return providers.some((provider) => postgresql.Provider.isInstance(provider));
}
