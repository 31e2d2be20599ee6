import { z } from "zod";
import { EVERYTHING } from "../../ardent/paths";
import type { FactName } from "../../preflight/facts/named-facts";
import { CREATABLE, type PreflightRequest } from "../../preflight/request";
import { type Properties, UNKNOWN } from "../provider";
import { unknownPropertyPaths } from "../runtime/unknown";
import type { PreflightCreatorArgs } from "./preflight";
import { type PreflightInputs, preflightSchema } from "./preflight-inputs";

/** Inputs of which some are known in the deployment only. */
export interface HalfKnownInputs {
  /** What is known; where something has to stand in place of the rest, its path does. */
  readonly inputs: PreflightInputs;
  /** The paths of the rest, such as `role.password`; empty in a deployment. */
  readonly notKnown: readonly string[];
}

/**
 * Reads inputs as a preview gives them.
 *
 * @param news - inputs without a mistake in what is known of them
 * @returns undefined where too little is known to ask anything, such as no schema
 */
export function halfKnownInputs(news: Properties, notKnown: readonly string[]): HalfKnownInputs | undefined {
  const { data } = preflightSchema.safeParse(withoutUnknown(news));
  if (data === undefined) return undefined;
  const named = (name: string, path: string) => (name === UNKNOWN ? `<${path}>` : name);
  const { source, admin, role } = data;
  return {
    notKnown,
    inputs: {
      ...data,
      source: { ...source, database: named(source.database, "source.database") },
      admin: { ...admin, user: named(admin.user, "admin.user") },
      role: { ...role, name: named(role.name, "role.name") },
    },
  };
}

const selectionSchema = z.array(z.string());

/** Inputs that only previews use. What check returns is recorded and compared, so it leaves them out. */
export function previewOnly({ createdBy, preview, connector, ...rest }: Properties): {
  readonly createdBy: unknown;
  readonly preview: unknown;
  /** Undefined if it is not known. */
  readonly selection: readonly string[] | undefined;
  readonly news: Properties;
} {
  if (typeof connector !== "object" || connector === null)
    return {
      createdBy,
      preview,
      selection: undefined,
      news: connector === undefined ? rest : { ...rest, connector },
    };
  const { selection, ...recorded } = connector as Properties;
  const { data = [UNKNOWN] } = selectionSchema.safeParse(selection ?? [EVERYTHING]);
  return {
    createdBy,
    preview,
    selection: data.includes(UNKNOWN) ? undefined : data,
    news: { ...rest, connector: recorded },
  };
}

/** What the schema requires stays, as what it is replaced by in a preview: a string. */
function withoutUnknown(value: unknown, path = ""): unknown {
  if (Array.isArray(value))
    return value.filter((item) => item !== UNKNOWN).map((item) => withoutUnknown(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const inner = `${path}${key}`;
      return item === UNKNOWN && !REQUIRED.has(inner) ? [] : [[key, withoutUnknown(item, `${inner}.`)]];
    }),
  );
}

const REQUIRED: ReadonlySet<string> = new Set([
  "source.host",
  "source.database",
  "admin.user",
  "role.name",
  "role.password",
  "connector.projectId",
  "connector.name",
]);

/** Which facts cannot be read, each with the inputs that it needs and that are not known. */
export function factsNotKnown({ inputs, notKnown }: HalfKnownInputs): {
  readonly [name in FactName]?: readonly string[];
} {
  const { admin } = inputs;
  const way = [
    ...["source.caCertificate", "source.database"],
    ...(["host", "port", "sslMode"] as const).flatMap((key) => [
      `admin.${key}`,
      ...(admin[key] === undefined ? [`source.${key}`] : []),
    ]),
  ];
  const needs: { readonly [name in FactName]?: readonly string[] } = {
    ...same(["ipv4", "tcp", "tls"], ["source.host", "source.port"]),
    adminLogin: [...way, "admin.user", "admin.password"],
    ...same(["roleLogin", "walsender"], [...way, "role.name", "role.password"]),
    ...same(
      ["role", "searchPath", "access", "tableOwners", "held", "replicationCaveats", "hba"],
      ["role.name"],
    ),
    adminSearchPath: ["deployer"],
    ...same(["service", "serviceAccess"], ["connector.projectId", "connector.name", "connector.connectorId"]),
  };
  return Object.fromEntries(
    Object.entries(needs).flatMap(([name, paths]) => {
      const missing = notKnown.filter((path) => paths.includes(path));
      return missing.length === 0 ? [] : [[name, missing]];
    }),
  );
}

function same(names: readonly FactName[], paths: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, paths]));
}

const createdBySchema = z.record(z.string(), z.unknown()).catch({});

/**
 * What a deployment creates of the source: the id of a resource is unknown in a preview while the resource is still to be
 * created or replaced, and known otherwise.
 */
export function creationBy(createdBy: unknown): Pick<PreflightRequest, "mayCreate" | "createsRole"> {
  const ids = createdBySchema.parse(createdBy);
  const isAhead = (what: keyof PreflightCreatorArgs) => unknownPropertyPaths(ids[what]).length > 0;
  return { mayCreate: CREATABLE.find(isAhead), createsRole: isAhead("ownRole") };
}
