import type { z } from "zod";
import type { SchemaPlan } from "../../access/plan";
import type { Session } from "../../postgres/session";
import { type PreflightRequest, requestedSchemas } from "../request";
import type { Evidence } from "./evidence";

/** A part of the facts that is read as a whole, or not. */
export interface Family<Value> {
  /** What a server or a file says is held to it before a check sees it. */
  readonly schema: z.ZodType<Value>;
}

/** A family that a session reads. */
export interface SessionFamily<Value> extends Family<Value> {
  /** How it is read, or why this run does not ask for it. */
  readonly read: (question: Question) => Skipped | ((session: Session) => Promise<Value>);
  /** What it means that the user may not read it; by default, that a privilege everyone has was revoked. */
  readonly refusal?: Refusal;
}

export type Skipped = Extract<Evidence<never>, { kind: "skipped" }>;

/** What it means that a user may not read something. */
export interface Refusal {
  readonly kind: "skipped" | "unknown";
  /** What would show it. */
  readonly right: string;
}

/** What the families are read for: the request, in the forms in which queries take it. */
export interface Question {
  readonly role: string;
  /** The role's password, to be compared with the one that is stored; undefined where it is not known here. */
  readonly password: string | undefined;
  /** The application_name of sessions of ours, which do not count. */
  readonly applicationName: string;
  /** The schemas asked for, and their owners; undefined for every schema. */
  readonly requested: readonly SchemaPlan[] | undefined;
  /** Their names. */
  readonly schemas: readonly string[] | undefined;
  /** The tables about which something was decided, as the request writes them. */
  readonly decided: readonly string[];
  /** Those of them that are not replicated. */
  readonly excluded: readonly string[];
  /** What this deployment grants in the database. */
  readonly grants: NonNullable<PreflightRequest["delta"]>["grants"];
  /** Who makes the grants; undefined where nothing is deployed. */
  readonly deployer: string | undefined;
}

/** The question of a request. */
export function questionOf(
  request: PreflightRequest,
  applicationName: string,
  password: string | undefined,
): Question {
  const { source, plan, decisions, delta, deployer } = request;
  const requested = requestedSchemas(request);
  return {
    role: plan.role.name,
    password,
    applicationName,
    requested,
    schemas: requested?.map(({ name }) => name),
    decided: Object.keys(decisions),
    excluded: Object.entries(decisions).flatMap(([table, decision]) =>
      decision === "exclude" ? [table] : [],
    ),
    grants: delta?.grants.filter(({ database }) => database === source.database) ?? [],
    deployer,
  };
}
