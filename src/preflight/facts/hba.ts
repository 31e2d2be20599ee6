/** pg_hba.conf as pg_hba_file_rules shows it, and what is needed to match it. */
export interface HbaFacts {
  /** In the order in which the server tries them. */
  readonly rules: readonly HbaRule[];
  /** The roles that the role is a member of, directly or not; a superuser is not a member of all. */
  readonly memberships: readonly string[];
}

/** One row of pg_hba_file_rules. */
export interface HbaRule {
  /** The file and line, such as "pg_hba.conf:12". */
  readonly where: string;
  /** Null when the line cannot be read; then the server refuses the whole file. */
  readonly type: string | null;
  readonly database: readonly string[] | null;
  readonly userName: readonly string[] | null;
  readonly address: string | null;
  readonly netmask: string | null;
  readonly authMethod: string | null;
  readonly options: readonly string[] | null;
  readonly error: string | null;
}
