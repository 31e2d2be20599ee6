import { isIPv4 } from "node:net";
import { z } from "zod";
import { renderProblem } from "../errors";
import type { ConnectionSettings } from "../postgres/connection-settings";
import { defaultSslMode, parseSslMode, type SslMode } from "../postgres/ssl-mode";

const port = z.number().int().min(1).max(65535);
const text = z.string().min(1);
const sslMode = z.string().transform((value, context): SslMode => {
  const mode = parseSslMode(value, "sslMode");
  if (typeof mode === "string") return mode;
  context.addIssue({ code: "custom", message: renderProblem(mode) });
  return z.NEVER;
});

/** The source as Ardent reaches it. */
export const sourceSchema = z.object({
  host: text,
  port: port.default(5432),
  database: text,
  sslMode: sslMode.optional(),
  /** PEM; needed for verify-ca and verify-full where the server's authority is not a public one. */
  caCertificate: text.optional(),
});
export type SourceInputs = z.output<typeof sourceSchema>;

/** A user that reads the source, and the way there when the runner goes another one than Ardent. */
export const adminSchema = z.object({
  user: text,
  password: z.string().optional(),
  host: text.optional(),
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
