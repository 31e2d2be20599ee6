import { accessPlan } from "../access/plan";
import { UserError } from "../errors";
import { isLoopback } from "../loopback";
import type { ConnectionSettings } from "../postgres/connection-settings";
import { isCleartext, isUnverified } from "../postgres/ssl-mode";
import type { GatherOptions } from "../preflight/facts/gather-facts";
import { readDecisionsFile } from "./decisions-file";
import { readSourceUrl } from "./source-url";

/** The options of `preflight` that define the request. */
export interface SourceOptions {
  readonly schemas?: readonly string[];
  readonly role?: string;
  readonly owners?: readonly string[];
  readonly ignoreOwners?: readonly string[];
  readonly assumeNosuperuser?: boolean;
  readonly egressIp?: string;
  readonly replicaIdentityDecisions?: string;
  readonly connected?: boolean;
  readonly slotProbe: boolean;
  /** In milliseconds. */
  readonly timeout?: number;
  readonly allowCleartext?: boolean;
}

/**
 * Converts the options: how to read the facts, and the request.
 *
 * @param url - where to connect, `-` for stdin
 * @throws {UserError} with all problems of the URL, the options and the file of decisions
 */
export async function gatherOptions(
  url: string,
  options: SourceOptions,
): Promise<GatherOptions & { readonly admin: ConnectionSettings }> {
  const {
    schemas,
    owners = [],
    ignoreOwners = [],
    assumeNosuperuser = false,
    egressIp,
    replicaIdentityDecisions: file,
    timeout: limitMs,
  } = options;
  if (owners.length > 0 && schemas === undefined)
    throw new UserError("--owners cannot be used", [
      {
        what: "needs --schemas",
        object: "--owners",
        fix: "add --schemas with the schemas in which the owners create tables",
      },
    ]);
  const admin = await readSourceUrl(url, options);
  const { host, port, database, user, sslMode } = admin;
  const roleName = options.role ?? user;
  const password = roleName === user ? admin.password : process.env.ARDENT_ROLE_PASSWORD;
  return {
    request: {
      source: { host, port, database },
      plan: accessPlan({
        role: { name: roleName, create: false, superuser: !assumeNosuperuser },
        databases: { [database]: Object.fromEntries((schemas ?? []).map((name) => [name, owners])) },
      }),
      everySchema: schemas === undefined,
      connector: true,
      ignoreOwners,
      // A plain-text loopback connection is only this runner's: Ardent connects over the network, with TLS.
      tls: sslMode !== "disable" || isLoopback(host),
      cleartextHosts: isCleartext(admin) ? [host] : [],
      unverifiedHosts: isUnverified(admin) ? [host] : [],
      decisions: file === undefined ? {} : await readDecisionsFile(file),
      ...(egressIp === undefined ? {} : { egressIp }),
      ...(limitMs === undefined ? {} : { limitMs }),
    },
    admin,
    ...(password === undefined ? {} : { role: { ...admin, user: roleName, password } }),
    ...(options.connected ? { service: CONNECTED } : {}),
    probes: { slot: options.slotProbe, login: true },
  };
}

/** What is known of the connector without the service. */
const CONNECTED: GatherOptions["service"] = {
  kind: "read",
  value: { connector: { id: "your connector (--connected)", name: "" } },
};
