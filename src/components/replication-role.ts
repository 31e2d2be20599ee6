import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { roleStatements } from "../access/sql";
import { preflightSchema } from "../dynamic/preflight/preflight-inputs";
import { scramSalt, scramVerifier } from "../postgres/scram";
import { printableLines } from "../printable-text";
import { isToBeCreated } from "./created-resources";
import { missingProvider } from "./provider-option";
import { statements } from "./statements";
import { argumentProblems, throwIfInvalid } from "./validation";

/** The arguments of {@link ReplicationRole}. */
export interface ReplicationRoleArgs {
  /** The role's name in Postgres. */
  name: pulumi.Input<string>;
  /** The password that Ardent logs in with. The server, its log and the state only get a SCRAM verifier of it. */
  password: pulumi.Input<string>;
  /**
   * Whether the role is a superuser: Ardent creates event triggers, which currently need one.
   * @default true
   */
  superuser?: pulumi.Input<boolean> | undefined;
}

const argumentsSchema = preflightSchema.shape.role.omit({ create: true });

/**
 * The role that Ardent logs in as: `LOGIN`, `REPLICATION` and, by default, `SUPERUSER`.
 *
 * One role serves every database of a server; give its `name` to each `PostgresSource` with `create: false`.
 */
export class ReplicationRole extends pulumi.ComponentResource {
  /** The role's name, known once the role exists. */
  readonly name: pulumi.Output<string>;

  /**
   * @param name - the resource's name; the salt of the password's verifier derives from it
   * @param args - the role
   * @param opts - `provider`: the `postgresql.Provider` that connects as an administrator
   * @throws pulumi.RunError with every invalid plain value
   */
  constructor(name: string, args: ReplicationRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfInvalid(`ReplicationRole "${name}"`, [
      ...argumentProblems(argumentsSchema, args),
      ...missingProvider(opts),
    ]);
    const { superuser = true } = args;
    const sql = statements(pulumi.all([args.name, superuser]), ([name, superuser]) =>
      roleStatements({ name, superuser, create: true }),
    );
    super("ardent:index:ReplicationRole", name, { name: args.name, superuser, sql }, opts);
    // The same verifier in every run, so that nothing changes until the password does.
    const salt = scramSalt(`${pulumi.getProject()}/${pulumi.getStack()}/${name}`);
    const verifier = pulumi.secret(args.password).apply((password) => scramVerifier(password, salt));
    const role = new postgresql.Role(
      name,
      {
        name: args.name,
        login: true,
        replication: true,
        superuser,
        password: verifier,
        // Otherwise the provider runs REASSIGN OWNED and DROP OWNED when the role is deleted.
        skipReassignOwned: true,
      },
      // A role with another name is another role: the grants of the old one could not be revoked after a rename, and the
      // connector uses the old one until it gets the new one.
      { parent: this, replaceOnChanges: ["name"] },
    );
    this.name = role.name;
    saySuperuser(name, role, superuser);
    ROLES.set(this.name, { superuser });
    this.registerOutputs({ name: this.name });
  }
}

/** The row of a role that is to be created does not show its attributes. One that gains SUPERUSER shows the change. */
function saySuperuser(name: string, role: postgresql.Role, superuser: pulumi.Input<boolean>): void {
  pulumi.all([superuser, isToBeCreated(role)]).apply(async ([isSuperuser, isNew]) => {
    if (isSuperuser && isNew)
      await pulumi.log.info(printableLines(`${name}: creates a role with SUPERUSER`), role);
  });
}

/** The roles of this program by their `name`, which several sources can share. */
const ROLES = new WeakMap<object, { readonly superuser: pulumi.Input<boolean> }>();

/**
 * Finds a {@link ReplicationRole} of this program by its `name`: such a role does not have to exist before the program
 * runs.
 *
 * @returns undefined for any other name
 */
export function replicationRoleNamed(
  name: pulumi.Input<string> | undefined,
): { readonly superuser: pulumi.Input<boolean> } | undefined {
  return typeof name === "object" ? ROLES.get(name) : undefined;
}
