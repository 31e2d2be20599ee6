import type { GrantTarget, GrantWord } from "../../access/privilege-grant";
import type { RoleAttributes } from "../../access/role-sql";
import type { UNKNOWN } from "../../unknown-value";
import type { SourcePosition } from "../read/preview";

/** What a deployment changes. A name that only the deployment knows is `UNKNOWN`. */
export type Change =
  | PrivilegeChange
  | MembershipChange
  | RoleChange
  | ContainerChange
  | ConnectorChange
  | BranchChange
  | SourceChange
  | ConnectionChange
  | PreflightChange;

/** What every change has. */
interface Changed {
  /** The resources that make it, by URN. */
  readonly urns: readonly string[];
  /** The line of the program. */
  readonly position?: SourcePosition;
}

/** What a grantee can do with one object, or with all of one kind: before and after. */
export interface PrivilegeChange extends Changed {
  readonly kind: "privilege";
  /** A role, or `public` for PUBLIC. */
  readonly grantee: string;
  readonly database: string;
  /** A list of names in it has one element. */
  readonly target: GrantTarget;
  readonly before: readonly HeldPrivilege[];
  readonly after: readonly HeldPrivilege[];
  /** Whether privileges that stay are revoked and granted again, in two transactions. */
  readonly interrupted: boolean;
  /** Whether a resource declares privileges that the deletion of another one revokes afterwards. */
  readonly overridden: boolean;
}

export interface HeldPrivilege {
  readonly privilege: GrantWord | typeof UNKNOWN;
  readonly grantOption: boolean;
}

/** A role that becomes a member of another one, or no longer is one. */
export interface MembershipChange extends Changed {
  readonly kind: "membership";
  readonly group: string;
  readonly member: string;
  readonly before: MembershipState;
  readonly after: MembershipState;
  /** Whether a resource declares the membership, and the deletion of another one ends it afterwards. */
  readonly overridden: boolean;
}
export type MembershipState = "none" | "member" | "admin";

/** A role that is created, altered or dropped. */
export interface RoleChange extends Changed {
  readonly kind: "role";
  readonly role: string;
  /** Undefined if the role is created. */
  readonly before?: RoleAttributes;
  /** Undefined if the role is dropped. */
  readonly after?: RoleAttributes;
  readonly passwordChanged: boolean;
  /** Whether what a dropped role owns is reassigned, and its privileges are dropped with it. */
  readonly reassignsOwned: boolean;
}

/** A database or a schema that is created, altered or dropped. */
export interface ContainerChange extends Changed {
  readonly kind: "database" | "schema";
  readonly name: string;
  /** Of a schema. */
  readonly database?: string;
  readonly effect: Effect;
  readonly ownerBefore?: string;
  readonly ownerAfter?: string;
  /** Whether what a dropped schema contains is dropped too. */
  readonly cascade: boolean;
}

/** What happens to something that has no parts to compare. */
export type Effect = "created" | "changed" | "replaced" | "deleted";

/** A connector at Ardent, and with it its slot on the source. */
export interface ConnectorChange extends Changed {
  readonly kind: "connector";
  readonly name: string;
  readonly effect: Effect;
  readonly databaseBefore?: string;
  readonly databaseAfter?: string;
}

/** A branch at Ardent. */
export interface BranchChange extends Changed {
  readonly kind: "branch";
  readonly name: string;
  readonly effect: Effect;
}

/** The arguments of a PostgresSource that a review judges. */
export interface SourceChange extends Changed {
  readonly kind: "source";
  readonly name: string;
  readonly before?: SourceSettings;
  readonly after?: SourceSettings;
}

export interface SourceSettings {
  readonly host: string;
  readonly database: string;
  readonly role: string;
  /** Whether the deployment creates the role. */
  readonly createsRole: boolean;
  readonly superuser: boolean;
  readonly schemas: readonly string[];
  /** The tables to replicate; undefined without a connector. */
  readonly selection?: readonly string[];
  /** The hosts to which connections are not encrypted. */
  readonly cleartextHosts: readonly string[];
  readonly onFailure: string;
}

/** A provider of `@pulumi/postgresql`: how it connects to a server. */
export interface ConnectionChange extends Changed {
  readonly kind: "connection";
  readonly host: string;
  /** Whether a connection over a network is not encrypted. */
  readonly wasCleartext: boolean;
  readonly isCleartext: boolean;
}

/** A preflight: the outcomes of its checks, as far as they are recorded. */
export interface PreflightChange extends Changed {
  readonly kind: "preflight";
  readonly name: string;
  readonly database: string;
  readonly effect: Effect;
  /** Whether a failed check ends the first deployment. */
  readonly stopsDeployment: boolean;
  readonly stoppedDeployment: boolean;
  /** By check id. */
  readonly before: Outcomes;
  readonly after: Outcomes;
}
export type Outcomes = { readonly [id: string]: string };
