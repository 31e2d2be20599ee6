import { isIPv4 } from "node:net";
import type { AdminArgs } from "../dynamic/source/source-args";
import { renderProblem } from "../errors";
import { hostProblem } from "../postgres/connection-settings";
import { cleartextProblem, parseSslMode } from "../postgres/ssl-mode";
import type { PostgresSourceArgs } from "./postgres-source-args";
import { nameProblems, ownerProblems, type PropertyProblem } from "./validation";

const ALLOWED_DECISIONS = ["exclude", "add_pk", "replica_identity_full"];

/**
 * Everything that is wrong with the plain values of the arguments, in the order in which they are declared.
 * What is only known in the deployment is judged there.
 */
export function postgresSourceProblems(args: PostgresSourceArgs): readonly PropertyProblem[] {
  const { admin, inspector, role, connector } = args;
  return [
    ...hostProblems("host", args.host),
    ...portProblems("port", args.port),
    ...required("database", args.database),
    ...sslModeProblems("sslMode", args.sslMode),
    ...required("admin.user", admin?.user),
    ...(admin?.host === undefined ? [] : hostProblems("admin.host", admin.host)),
    ...portProblems("admin.port", admin?.port),
    ...sslModeProblems("admin.sslMode", admin?.sslMode),
    ...(inspector?.host === undefined ? [] : hostProblems("inspector.host", inspector.host)),
    ...portProblems("inspector.port", inspector?.port),
    ...sslModeProblems("inspector.sslMode", inspector?.sslMode),
    ...cleartextProblems(args),
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
      oneOf(`replicaIdentity[${JSON.stringify(table)}]`, decision, ALLOWED_DECISIONS),
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

function hostProblems(propertyPath: string, value: unknown): readonly PropertyProblem[] {
  const found = typeof value === "string" ? hostProblem(value) : undefined;
  if (found === undefined) return required(propertyPath, value);
  return [problem(propertyPath, renderProblem({ ...found, object: undefined }))];
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

/** Ways to the source whose host, mode and consent are plain values, and that were asked to be in plain text once. */
function cleartextProblems(args: PostgresSourceArgs): readonly PropertyProblem[] {
  const { host, sslMode, allowCleartext: allowed, admin, inspector } = args;
  if (allowed !== undefined && typeof allowed !== "boolean") return [];
  const ways = [
    { host, sslMode, path: "sslMode" },
    ...wayOf("admin", admin),
    ...wayOf("inspector", inspector),
  ];
  function wayOf(user: string, args: AdminArgs | undefined) {
    if (args?.sslMode === undefined)
      return args?.host === undefined ? [] : [{ host: args.host, sslMode, path: "sslMode" }];
    return [{ host: args.host ?? host, sslMode: args.sslMode, path: `${user}.sslMode` }];
  }
  return ways.flatMap(({ path, ...way }) => {
    if (typeof way.host !== "string" || way.sslMode !== "disable") return [];
    const found = cleartextProblem({ host: way.host, sslMode: "disable" }, { object: path, allowed });
    return found === undefined ? [] : [problem(path, renderProblem({ ...found, object: undefined }))];
  });
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
