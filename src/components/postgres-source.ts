import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { Connector, defaultConnectorName } from "../dynamic/connector/connector";
import { Preflight, type PreflightCreatorArgs } from "../dynamic/preflight/preflight";
import { Replication } from "../dynamic/replication/replication";
import { RoleCleanup } from "../dynamic/role-cleanup/role-cleanup";
import type { SourceConnectionArgs } from "../dynamic/source/source-args";
import { UserError } from "../errors";
import { ardentSslMode, cleartextProblem, defaultSslMode } from "../postgres/ssl-mode";
import { readCaFile } from "./ca-file";
import { childName } from "./child-name";
import { idsBehind, idsOfDependencies } from "./created-resources";
import type { PostgresSourceArgs } from "./postgres-source-args";
import { postgresSourceProblems } from "./postgres-source-problems";
import { programError } from "./program-error";
import { unusedProvider } from "./provider-option";
import { ReplicationRole, replicationRoleNamed } from "./replication-role";
import { shownArguments } from "./shown-arguments";
import { SourceGrants } from "./source-grants";
import { throwIfInvalid } from "./validation";

/**
 * One database of a self-hosted Postgres, connected to Ardent: the role, its grants and default privileges,
 * preflight, the connector and its replication, created in that order.
 *
 * ```ts
 * const shop = new ardent.PostgresSource("shop", {
 *   host: "db.example.com",
 *   database: "shop",
 *   admin: { user: "postgres", password: config.requireSecret("adminPassword") },
 *   role: { name: "ardent_replication", password: config.requireSecret("ardentPassword") },
 *   schemas: { public: { owners: ["app_writer"] } },
 *   connector: { projectId: "prj_shop" },
 * });
 * ```
 */
export class PostgresSource extends pulumi.ComponentResource {
  /** The role's name. */
  readonly roleName: pulumi.Output<string>;
  /** The last recorded outcomes of preflight, by check id. */
  readonly checks: pulumi.Output<{ [id: string]: string }>;
  /** The connector's id at Ardent; empty if no connector is requested. */
  readonly connectorId: pulumi.Output<string>;

  /**
   * @param name - the resource's name; children are named from it
   * @param args - the source, the role, the schemas and the connector
   * @param opts - Pulumi's options for components
   * @throws pulumi.RunError with every invalid plain value
   */
  constructor(name: string, args: PostgresSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    const ca = readCaFile(args.caFile);
    throwIfInvalid(`PostgresSource "${name}"`, [
      ...postgresSourceProblems(args),
      ...ca.problems,
      ...unusedProvider(opts),
    ]);
    super("ardent:index:PostgresSource", name, shownArguments(args), opts);
    const source = sourceOf(args, ca.certificate);
    const provider = this.adminProvider(name, args);
    const role = args.role.create === false ? undefined : this.role(name, args, provider);
    this.roleName = role?.name ?? pulumi.output(args.role.name);
    const cleanup = this.cleanup(name, args, source, role);
    const grants = this.grants(name, args, provider, cleanup);
    const preflight = this.preflight(name, args, source, grants, role, opts);
    this.checks = preflight.checks;
    this.connectorId = this.connector(name, args, source, preflight) ?? pulumi.output("");
    this.registerOutputs({
      roleName: this.roleName,
      checks: this.checks,
      connectorId: this.connectorId,
    });
  }

  private adminProvider(name: string, args: PostgresSourceArgs): postgresql.Provider {
    const { admin } = args;
    const host = pulumi.output(admin.host ?? args.host);
    return new postgresql.Provider(
      childName(name, "admin"),
      {
        host,
        port: admin.port ?? args.port ?? 5432,
        // The provider first connects to this database, for grants on any database.
        database: args.database,
        username: admin.user,
        password: admin.password && pulumi.secret(admin.password),
        sslmode: pulumi
          .all([host, admin.sslMode ?? args.sslMode, args.allowCleartext])
          .apply(([to, mode = defaultSslMode(to), allowed]) => refusingCleartext(to, mode, allowed)),
        sslrootcert: args.caFile,
        // The provider's own default is three minutes.
        connectTimeout: 15,
      },
      { parent: this },
    );
  }

  private role(name: string, args: PostgresSourceArgs, provider: postgresql.Provider): ReplicationRole {
    const { name: roleName, password, superuser } = args.role;
    return new ReplicationRole(
      childName(name, "role"),
      { name: roleName, password, superuser },
      { parent: this, provider },
    );
  }

  /** Between the role and its grants: on destroy the grants are deleted first, then this checks what is left, then the role. */
  private cleanup(
    name: string,
    args: PostgresSourceArgs,
    source: SourceConnectionArgs,
    role: ReplicationRole | undefined,
  ): RoleCleanup {
    return new RoleCleanup(
      childName(name, "cleanup"),
      {
        source,
        admin: args.admin,
        role: {
          name: args.role.name,
          create: args.role.create,
          replaced: args.role.create !== false || replicationRoleNamed(args.role.name) !== undefined,
        },
        schemas: Object.keys(args.schemas),
      },
      { parent: this, ...(role === undefined ? {} : { dependsOn: role }) },
    );
  }

  private grants(
    name: string,
    args: PostgresSourceArgs,
    provider: postgresql.Provider,
    dependsOn: RoleCleanup,
  ): SourceGrants {
    const { role, database, schemas } = args;
    const options = { parent: this, provider, dependsOn };
    // The role's plain name: the cleanup already depends on the role, so the grants do not repeat that dependency.
    return new SourceGrants(name, { role: role.name, database, schemas }, options);
  }

  private preflight(
    name: string,
    args: PostgresSourceArgs,
    source: SourceConnectionArgs,
    dependsOn: SourceGrants,
    ownRole: ReplicationRole | undefined,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): Preflight {
    const { name: role, password } = args.role;
    // Several sources of a server share a role, which does not exist yet in their first preview.
    const shared = replicationRoleNamed(role);
    const create = args.role.create !== false || shared !== undefined;
    const superuser = args.role.superuser ?? shared?.superuser;
    const { connector } = args;
    return new Preflight(
      childName(name, "preflight"),
      {
        source,
        admin: args.inspector ?? args.admin,
        deployer: args.inspector && args.admin.user,
        role: { name: role, password, create, superuser },
        schemas: args.schemas,
        ignoreOwners: args.ignoreOwners,
        egressIp: args.egressIp,
        replicaIdentity: args.replicaIdentity,
        connector: connector && {
          projectId: connector.projectId,
          name: connector.name ?? defaultConnectorName(name),
          connectorId: connector.connectorId,
          // A generated name is this program's own.
          adopt: connector.name === undefined ? undefined : (connector.adopt ?? false),
          selection: connector.selection,
        },
        createdBy: creatorsOf(args, ownRole, opts),
        onFailure: args.onFailure,
        onDrift: args.onDrift,
      },
      { parent: this, dependsOn },
    );
  }

  /** The connector depends on preflight, which depends on the grants: on destroy, the order is reversed. */
  private connector(
    name: string,
    args: PostgresSourceArgs,
    source: SourceConnectionArgs,
    preflight: Preflight,
  ): pulumi.Output<string> | undefined {
    if (args.connector === undefined) return undefined;
    const {
      projectId,
      name: connectorName,
      adopt,
      connectorId,
      deletionLock,
      dropExtensions,
      ...replication
    } = args.connector;
    const connector = new Connector(
      name,
      {
        projectId,
        source: {
          ...source,
          sslMode: args.sslMode ?? pulumi.output(args.host).apply(ardentSslMode),
          user: args.role.name,
          password: args.role.password,
        },
        connectorName,
        adopt,
        connectorId,
        deletionLock,
        dropExtensions,
        admin: args.admin,
      },
      { parent: this, dependsOn: preflight },
    );
    new Replication(
      childName(name, "replication"),
      { ...replication, connectorId: connector.id, decisions: args.replicaIdentity },
      { parent: this },
    );
    return connector.id;
  }
}

/**
 * Returns the mode, for hosts and modes that are only known during the deployment.
 *
 * @throws {pulumi.RunError} before the provider connects in plain text without a confirmation; the engine prints it
 *   without a stack
 */
function refusingCleartext(host: string, mode: string, allowed: boolean | undefined): string {
  if (mode !== "disable") return mode;
  const found = cleartextProblem({ host, sslMode: mode }, { object: "sslMode", allowed });
  if (found !== undefined)
    throw programError(new UserError("PostgresSource: an argument is invalid", [found]).message);
  return mode;
}

/**
 * The resources of the program that create the source. A dependency may create anything; the resource of a password or of
 * a project creates no part of the source.
 */
function creatorsOf(
  { host, port, database, admin, inspector, role, schemas }: PostgresSourceArgs,
  ownRole: ReplicationRole | undefined,
  opts: pulumi.ComponentResourceOptions | undefined,
): PreflightCreatorArgs {
  const logins = [admin, inspector].flatMap((login) => [login?.host, login?.port, login?.user]);
  const owners = Object.values(schemas).flatMap(({ owners = [] }) => owners);
  return {
    server: pulumi
      .all([idsBehind([host, port, ...logins]), idsOfDependencies(opts?.dependsOn)])
      .apply((ids) => ids.flat()),
    database: idsBehind([database]),
    contents: idsBehind(owners),
    role: idsBehind([role.name]),
    ownRole: idsBehind([ownRole?.name ?? (replicationRoleNamed(role.name) && role.name)]),
  };
}

/** The source without default values: without a mode, the default differs between the connections. */
function sourceOf(args: PostgresSourceArgs, caCertificate: string | undefined): SourceConnectionArgs {
  const { host, port, database, sslMode, allowCleartext } = args;
  return {
    host,
    port,
    database,
    ...(sslMode === undefined ? {} : { sslMode }),
    allowCleartext,
    caCertificate,
  };
}
