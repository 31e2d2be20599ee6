import { isIPv4 } from "node:net";
import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import { z } from "zod";
import { renderProblem } from "../../errors";
import { type ConnectionSettings, hostProblem } from "../../postgres/connection-settings";
import {
  cleartextProblem,
  defaultSslMode,
  isCleartext,
  isUnverified,
  parseSslMode,
  type SslMode,
} from "../../postgres/ssl-mode";
import { UNKNOWN } from "../provider";

const port = z.number().int().min(1).max(65535);
const text = z.string().min(1);
const hostName = text.transform((value, context) => {
  const problem = hostProblem(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: renderProblem(problem) });
  return value;
});
const sslMode = z.string().transform((value, context): SslMode => {
  const mode = parseSslMode(value, "sslMode");
  if (typeof mode === "string") return mode;
  context.addIssue({ code: "custom", message: renderProblem(mode) });
  return z.NEVER;
});

/** The source as Ardent reaches it. */
export const sourceSchema = z.object({
  host: hostName,
  port: port.default(5432),
  database: text,
  sslMode: sslMode.optional(),
  /** Confirms plaintext connections, for every connection to this source. */
  allowCleartext: z.boolean().optional(),
  /** PEM; needed for verify-ca and verify-full where the server's authority is not a public one. */
  caCertificate: text.optional(),
});
export type SourceInputs = z.output<typeof sourceSchema>;

/** A user that reads the source, and the way there when the runner goes another one than Ardent. */
export const adminSchema = z.object({
  user: text,
  password: z.string().optional(),
  host: hostName.optional(),
  port: port.optional(),
  sslMode: sslMode.optional(),
});
export type AdminInputs = z.output<typeof adminSchema>;

/** The role that Ardent logs in as. */
export const roleSchema = z.object({ name: text, password: text });

/** An IPv4 address. */
export const ipv4Schema = z.string().refine(isIPv4, { error: "is not an IPv4 address such as 203.0.113.7" });

/** How this runner connects to the source as the given user. */
export function runnerConnection(
  source: SourceInputs,
  admin: AdminInputs,
  login: { readonly user: string; readonly password?: string },
): ConnectionSettings {
  const host = admin.host ?? source.host;
  return {
    host,
    port: admin.port ?? source.port,
    database: source.database,
    user: login.user,
    password: login.password,
    sslMode: admin.sslMode ?? source.sslMode ?? defaultSslMode(host),
    caCertificate: source.caCertificate,
  };
}

/** What says where Ardent and this runner connect, and how. */
export interface Connections {
  readonly source: SourceInputs;
  readonly admin?: AdminInputs | undefined;
}

/** The hosts that Ardent or this runner connects to over a network in plain text, as far as they are known. */
export function cleartextHosts(inputs: Connections): string[] {
  return hostsOf(inputs, isCleartext);
}

/** The hosts that Ardent or this runner connects to without verifying who answers, as far as they are known. */
export function unverifiedHosts(inputs: Connections): string[] {
  return hostsOf(inputs, isUnverified);
}

function hostsOf(
  inputs: Connections,
  isMeant: (way: ReturnType<typeof waysTo>[number]) => boolean,
): string[] {
  const meant = waysTo(inputs).filter((way) => way.host !== UNKNOWN && isMeant(way));
  return [...new Set(meant.map(({ host }) => host))];
}

/** What is wrong with ways in plain text that were said only once; a host that is not known yet is not judged. */
export function cleartextFailures(inputs: Connections): CheckFailure[] {
  const { allowCleartext: allowed } = inputs.source;
  return waysTo(inputs).flatMap(({ property, ...way }) => {
    const problem = cleartextProblem(way, { object: "sslMode", allowed });
    return problem === undefined || way.host === UNKNOWN
      ? []
      : [{ property, reason: renderProblem(problem) }];
  });
}

/** Ardent's way and the runner's where it is another one, with the property that says how it is encrypted. */
function waysTo({ source, admin }: Connections) {
  const { host } = source;
  // Ardent is told the mode and no certificate.
  const ardents = {
    host,
    sslMode: source.sslMode ?? defaultSslMode(host),
    caCertificate: undefined,
    property: "source.sslMode",
  };
  if (admin === undefined) return [ardents];
  const runners = runnerConnection(source, admin, admin);
  if (runners.host === host && admin.sslMode === undefined) return [ardents];
  return [ardents, { ...runners, property: `${admin.sslMode === undefined ? "source" : "admin"}.sslMode` }];
}
