import type * as pulumi from "@pulumi/pulumi";
import type { PostgresSourceArgs } from "./postgres-source-args";

/**
 * The arguments of a PostgresSource as inputs of the component, for previews, transforms and policies. Each one is listed
 * here by name, and no password is. The statements are inputs of its children.
 */
export function shownArguments(args: PostgresSourceArgs): pulumi.Inputs {
  return {
    ...pick(args, ["host", "port", "database", "sslMode", "allowCleartext", "caFile"]),
    admin: pick(args.admin, LOGIN),
    inspector: args.inspector && pick(args.inspector, LOGIN),
    role: pick(args.role, ["name", "create", "superuser"]),
    ...pick(args, ["schemas", "ignoreOwners", "egressIp", "replicaIdentity", "onFailure", "onDrift"]),
    connector: args.connector && pick(args.connector, CONNECTOR),
  };
}

const LOGIN = ["user", "host", "port", "sslMode"] as const;

const CONNECTOR = [
  "projectId",
  "name",
  "adopt",
  "connectorId",
  "selection",
  "deletionLock",
  "dropExtensions",
  "releaseQuarantines",
  "timeout",
  "wait",
] as const;

function pick<T>(from: T, keys: readonly (keyof T)[]): pulumi.Inputs {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}
