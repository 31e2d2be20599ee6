import { isIPv4 } from "node:net";
import { z } from "zod";
import { type Problem, renderProblem } from "../../errors";
import { type ConnectionSettings, hostProblem, isPort } from "../../postgres/connection-settings";
import { nameProblem } from "../../postgres/identifiers";
import {
  defaultSslMode,
  isCleartext,
  isUnverified,
  parseSslMode,
  type SslMode,
} from "../../postgres/ssl-mode";
import { UNKNOWN } from "../provider";

const port = z.number().refine(isPort, { error: ({ input }) => `${input} is not a port from 1 to 65535` });
const text = z.string().min(1);
const hostName = text.superRefine((value, context) => {
  const problem = hostProblem(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: reason(problem) });
});
const sslMode = z.string().transform((value, context): SslMode => {
  const mode = parseSslMode(value, "sslMode");
  if (typeof mode === "string") return mode;
  context.addIssue({ code: "custom", message: reason(mode) });
  return z.NEVER;
});

/** The problem without its object, which is the property's path. */
function reason(problem: Problem): string {
  return renderProblem({ ...problem, object: undefined });
}

/** A name of Postgres: of a database, a schema, a role. */
export const nameSchema = z.string().superRefine((name, context) => {
  const problem = nameProblem(name);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** The owners of a schema, each once. */
export const ownersSchema = z.array(nameSchema).superRefine((owners, context) => {
  owners.forEach((owner, index) => {
    if (owners.indexOf(owner) < index)
      context.addIssue({
        code: "custom",
        path: [index],
        message: `lists ${JSON.stringify(owner)} more than once`,
      });
  });
});

/** The address of the source that Ardent connects to. */
export const sourceSchema = z.object({
  host: hostName,
  port: port.default(5432),
  database: nameSchema,
  sslMode: sslMode.optional(),
  /** Confirms plaintext connections, for every connection to this source. */
  allowCleartext: z.boolean().optional(),
  /** PEM; needed for verify-ca and verify-full if the server's authority is not a public one. */
  caCertificate: text.optional(),
});
export type SourceInputs = z.output<typeof sourceSchema>;

/** A user that reads the source, and the address for this runner if it differs from Ardent's. */
export const adminSchema = z.object({
  user: nameSchema,
  password: z.string().optional(),
  host: hostName.optional(),
  port: port.optional(),
  sslMode: sslMode.optional(),
});
export type AdminInputs = z.output<typeof adminSchema>;

/** The role that Ardent logs in as. */
export const roleSchema = z.object({ name: nameSchema, password: text });

/** An IPv4 address. */
export const ipv4Schema = z.string().refine(isIPv4, {
  error: ({ input }) => `${JSON.stringify(input)} is not an IPv4 address such as 203.0.113.7`,
});

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

/** The inputs that define the connections of Ardent and this runner. */
export interface Connections {
  readonly source: SourceInputs;
  readonly admin?: AdminInputs | undefined;
}

/** The known hosts to which Ardent or this runner connects over a network in plain text. */
export function cleartextHosts(inputs: Connections): string[] {
  return hostsOf(inputs, isCleartext);
}

/** The known hosts to which Ardent or this runner connects without verifying the server. */
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

/** Ardent's connection, and the runner's where it differs. */
function waysTo({ source, admin }: Connections) {
  const { host } = source;
  // Ardent gets the mode, but no certificate.
  const ofArdent = {
    host,
    sslMode: source.sslMode ?? defaultSslMode(host),
    caCertificate: undefined,
  };
  if (admin === undefined) return [ofArdent];
  const ofRunner = runnerConnection(source, admin, admin);
  return ofRunner.host === host && admin.sslMode === undefined ? [ofArdent] : [ofArdent, ofRunner];
}
