import type { Read } from "../facts";

/** What the server says of itself: version, settings, slots and senders. */
export interface ServerFacts {
  /** server_version_num, such as 170011, and the number a reader knows, such as "17.11". */
  readonly version: { readonly number: number; readonly text: string };
  /** A standby: pg_is_in_recovery(). */
  readonly inRecovery: boolean;
  /** The settings that the checks ask about, by name; one that the server does not know or show is absent. */
  readonly settings: { readonly [name: string]: Setting };
  /** Whether the reader sees every setting; otherwise an absent one may exist. */
  readonly allSettingsVisible: boolean;
  /** Every replication slot of the server. */
  readonly slots: readonly Slot[];
  /** Connected WAL senders, those of standbys included. */
  readonly senders: readonly { readonly pid: number }[];
  /** Whether the wal2json library can be loaded; only a superuser can try, the slot probe says the same to others. */
  readonly wal2jsonLibrary: Read<{ readonly loads: boolean; readonly sqlstate?: string }>;
}

/** One row of pg_settings, in the role's eyes where the role or the database overrides it. */
export interface Setting {
  /** The running value, in its unit. */
  readonly value: string;
  /** Where it comes from: "default", "configuration file", "command line", "role ardent_replication", … */
  readonly source: string;
  /** The file and line; only a superuser sees them. */
  readonly file?: string;
  /** It has been changed in the files already and waits for a restart. */
  readonly pendingRestart: boolean;
}

/** One row of pg_replication_slots. */
export interface Slot {
  readonly name: string;
  readonly plugin?: string;
  readonly database?: string;
  readonly temporary: boolean;
  readonly active: boolean;
  readonly activePid?: number;
}
