import { isIPv4 } from "node:net";
import { renderProblem } from "../errors";
import { parseSslMode } from "../postgres/ssl-mode";
import type { PostgresSourceArgs } from "./postgres-source-args";
import { nameProblems, ownerProblems, type PropertyProblem } from "./validation";

const DECISIONS = ["exclude", "add_pk", "replica_identity_full"];

/**
 * Everything that is wrong with the plain values of the arguments, in the order in which they are declared.
 * What is only known in the deployment is judged there.
 */
export function postgresSourceProblems(args: PostgresSourceArgs): readonly PropertyProblem[] {
  const { admin, inspector, role, connector } = args;
  return [
    ...required("host", args.host),
    ...portProblems("port", args.port),
    ...required("database", args.database),
    ...sslModeProblems("sslMode", args.sslMode),
    ...required("admin.user", admin?.user),
    ...portProblems("admin.port", admin?.port),
    ...sslModeProblems("admin.sslMode", admin?.sslMode),
    ...portProblems("inspector.port", inspector?.port),
    ...sslModeProblems("inspector.sslMode", inspector?.sslMode),
    ...(typeof role?.name === "string"
      ? nameProblems("role.name", role.name)
      : required("role.name", role?.name)),
    ...required("role.password", role?.password),
    ...superuserProblems(args),
    ...schemasProblems(args.schemas),
    ...(args.ignoreOwners ?? []).flatMap((owner, index) =>
      typeof owner === "string" ? nameProblems(`ignoreOwners[${index}]`, owner) : [],
    ),
    ...oneOf("onFailure", args.onFailure, ["fail", "warn"]),
    ...oneOf("onDrift", args.onDrift, ["warn", "fail"]),
    ...(typeof args.egressIp === "string" && !isIPv4(args.egressIp)
      ? [problem("egressIp", `${JSON.stringify(args.egressIp)} is not an IPv4 address such as 203.0.113.7`)]
      : []),
    ...Object.entries(args.replicaIdentity ?? {}).flatMap(([table, decision]) =>
      oneOf(`replicaIdentity[${JSON.stringify(table)}]`, decision, DECISIONS),
    ),
    ...(connector === undefined ? [] : required("connector.projectId", connector.projectId)),
  ];
}

function problem(propertyPath: string, reason: string): PropertyProblem {
  return { propertyPath, reason };
}

function required(propertyPath: string, value: unknown): readonly PropertyProblem[] {
  return value === undefined || value === "" ? [problem(propertyPath, "is missing")] : [];
}

function portProblems(propertyPath: string, value: unknown): readonly PropertyProblem[] {
  if (typeof value !== "number" || (Number.isInteger(value) && value >= 1 && value <= 65535)) return [];
  return [problem(propertyPath, `${value} is not a port from 1 to 65535`)];
}

function sslModeProblems(propertyPath: string, value: unknown): readonly PropertyProblem[] {
  if (typeof value !== "string") return [];
  const mode = parseSslMode(value, propertyPath);
  return typeof mode === "string"
    ? []
    : [problem(propertyPath, renderProblem({ ...mode, object: undefined }))];
}

function oneOf(propertyPath: string, value: unknown, known: readonly string[]): readonly PropertyProblem[] {
  if (typeof value !== "string" || known.includes(value)) return [];
  return [problem(propertyPath, `${JSON.stringify(value)} is none of ${known.join(", ")}`)];
}

function schemasProblems(schemas: PostgresSourceArgs["schemas"] | undefined): readonly PropertyProblem[] {
  const entries = Object.entries(schemas ?? {});
  if (entries.length === 0) return [problem("schemas", "names no schema to replicate")];
  return entries.flatMap(([schema, value]) => {
    const path = `schemas[${JSON.stringify(schema)}]`;
    return [...nameProblems(path, schema), ...ownerProblems(`${path}.owners`, value.owners)];
  });
}

/** @see the runbook, step 4: event triggers need a superuser today */
function superuserProblems({ role, connector }: PostgresSourceArgs): readonly PropertyProblem[] {
  if (role?.superuser !== false || connector === undefined) return [];
  const reason =
    "must be true where a connector is wanted: Ardent creates event triggers, and those need a superuser today";
  return [problem("role.superuser", reason)];
}
