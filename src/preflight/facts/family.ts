import type { z } from "zod";
import type { SchemaPlan } from "../../access/plan";
import type { Session } from "../../postgres/session";
import { type PreflightRequest, requestedSchemas } from "../request";
import type { Evidence } from "./evidence";

/** A part of the facts that is read as a whole or not at all. */
export interface Family<Value> {
  /** Data of a server or a file is validated with it before a check sees it. */
  readonly schema: z.ZodType<Value>;
}

/** A family that is read over a session. */
export interface SessionFamily<Value> extends Family<Value> {
  /** Reads it, or says why this run does not. */
  readonly read: (question: Question) => Skipped | ((session: Session) => Promise<Value>);
  /** Whether any database of the server says the same. */
  readonly ofServer?: true;
  /** The outcome if the user is not allowed to read it; by default, a privilege that all roles have was revoked. */
  readonly refusal?: Refusal;
}

export type Skipped = Extract<Evidence<never>, { kind: "skipped" }>;

/** The outcome if a user is not allowed to read something. */
export interface Refusal {
  readonly kind: "skipped" | "unknown";
  /** The privilege that is needed. */
  readonly right: string;
}

/** The request, in the form that the queries of the families need. */
export interface Question {
  readonly role: string;
  /** The role's password, to compare it with the stored one; undefined if it is not known here. */
  readonly password: string | undefined;
  /** The application_name of our own sessions, which do not count. */
  readonly applicationName: string;
  /** The requested schemas and their owners; undefined for every schema. */
  readonly requested: readonly SchemaPlan[] | undefined;
  /** Their names. */
  readonly schemas: readonly string[] | undefined;
  /** The tables with a decision, as the request writes them. */
  readonly decided: readonly string[];
  /** Those of them that are not replicated. */
  readonly excluded: readonly string[];
  /** What this deployment grants in the database. */
  readonly grants: NonNullable<PreflightRequest["delta"]>["grants"];
  /** The user that makes the grants; undefined if nothing is deployed. */
  readonly deployer: string | undefined;
}

/** Prepares a request for the queries. */
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
