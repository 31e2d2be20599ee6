import type { AdminRights } from "./admin-rights";

/** What pg_roles and pg_authid say of the role, and what the user that reads this may grant it. */
export interface RoleFacts {
  readonly name: string;
  /** Undefined when there is no such role. */
  readonly attributes: RoleAttributes | undefined;
  readonly password: PasswordFacts;
  /** What the user that read the facts may grant. */
  readonly admin: AdminRights;
}

/** The role's row in pg_roles. */
export interface RoleAttributes {
  readonly login: boolean;
  readonly replication: boolean;
  readonly superuser: boolean;
  /** Sessions the role may have at once, -1 for any number; WAL senders are not counted. */
  readonly connectionLimit: number;
  /** rolvaliduntil in ISO 8601; undefined when the password never expires. */
  readonly validUntil?: string;
  /** Whether rolvaliduntil has passed, by the server's clock. */
  readonly expired: boolean;
}

/** What is known of the role's password. Never the verifier itself: facts are saved in bug reports. */
export interface PasswordFacts {
  /**
   * How pg_authid stores it. `none`: there is no password. `unreadable`: only a superuser may look, or there is
   * no such role.
   */
  readonly storedAs: "scram-sha-256" | "md5" | "none" | "unreadable";
  /** Whether the password given is the stored one; undefined where it was not given or not stored as SCRAM. */
  readonly matches?: boolean;
}
