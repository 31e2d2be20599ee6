/** What the user that read the facts may grant in this database: what a deployment over this user can do. */
export interface AdminRights {
  readonly user: string;
  readonly superuser: boolean;
  readonly createRole: boolean;
  /** Whether it has the attribute itself, which handing it on needs from Postgres 16 on. */
  readonly replication: boolean;
  /** Whether it can grant CONNECT and CREATE on the database: owns it, or has the grant options. */
  readonly grantsDatabase: boolean;
  /** Every schema asked for that exists, ordered by name. */
  readonly schemas: readonly SchemaRights[];
  /** Every owner asked for that exists, ordered by name. */
  readonly owners: readonly OwnerRights[];
}

/** What can be granted in one schema. */
export interface SchemaRights {
  readonly name: string;
  readonly owner: string;
  /** Whether USAGE on it can be granted. */
  readonly grantsUsage: boolean;
  /** Tables and sequences on which SELECT cannot be granted. */
  readonly ungrantable: number;
  /** The first few of them by name, unquoted and without schema. */
  readonly examples: readonly string[];
  /** Who owns them, ordered by name. */
  readonly ungrantableOwners: readonly string[];
}

/** Whether ALTER DEFAULT PRIVILEGES FOR ROLE this owner is allowed. */
export interface OwnerRights {
  readonly name: string;
  readonly altersDefaults: boolean;
}
