import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { roleStatements } from "../access/sql";
import { preflightSchema } from "../dynamic/preflight/preflight-inputs";
import { scramSalt, scramVerifier } from "../postgres/scram";
import { missingProvider } from "./provider-option";
import { statements } from "./statements";
import { argumentProblems, throwIfInvalid } from "./validation";

/** What a {@link ReplicationRole} is. */
export interface ReplicationRoleArgs {
  /** The role's name in Postgres. */
  name: pulumi.Input<string>;
  /** The password Ardent logs in with. It reaches the server, its log and the state only as a SCRAM verifier. */
  password: pulumi.Input<string>;
  /**
   * Whether the role is a superuser: Ardent creates event triggers, which takes one today.
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
   * @throws pulumi.RunError with every plain value that is wrong
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
        // Without it the provider runs REASSIGN OWNED and DROP OWNED when the role is deleted.
        skipReassignOwned: true,
      },
      // A role of another name is another role: the grants of the old one could not be revoked after a rename, and the
      // connector works with the old one until it has the new.
      { parent: this, replaceOnChanges: ["name"] },
    );
    this.name = role.name;
    ROLES.set(this.name, { superuser });
    this.registerOutputs({ name: this.name });
  }
}

/** The roles of this program by their `name`, which sources share. */
const ROLES = new WeakMap<object, { readonly superuser: pulumi.Input<boolean> }>();

/**
 * What a {@link ReplicationRole} of this program is, by its `name`: a role that need not exist before the program runs.
 *
 * @returns undefined for any other name
 */
export function replicationRoleNamed(
  name: pulumi.Input<string> | undefined,
): { readonly superuser: pulumi.Input<boolean> } | undefined {
  return typeof name === "object" ? ROLES.get(name) : undefined;
}
