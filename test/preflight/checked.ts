import type { Session } from "../../src/postgres/session";
import { evaluate } from "../../src/preflight/evaluate";
import type { Facts } from "../../src/preflight/facts/facts";
import { gatherFacts } from "../../src/preflight/facts/gather-facts";
import type { CheckResult } from "../../src/preflight/report";
import { noteExecuted, noteResult } from "./describe-check";
import { neededFor } from "./needed-for";
import { type Asked, requestFor } from "./request-for";
import type { TestDatabase } from "./test-database";

/** What is asked, where that differs from: a role that does not exist, a connector, schema `app`, no decisions. */
export interface Question extends Partial<Asked> {
  /** Who reads; the superuser by default. */
  readonly as?: { readonly user: string; readonly password: string };
  /** The password that the role is meant to have. */
  readonly password?: string;
  /** Facts that are made up. */
  readonly facts?: Partial<Facts>;
}

/** Judges one check of a database on the shared server: only what it needs is read, and nothing is probed. */
export async function checked(
  database: TestDatabase,
  id: string,
  { as, password, facts, ...asked }: Question = {},
): Promise<CheckResult> {
  const admin = database.login(as?.user, as?.password);
  const request = requestFor({
    source: { host: admin.host, port: admin.port, database: database.name },
    role: "nobody",
    connector: true,
    schemas: [{ name: "app", owners: [] }],
    tls: false,
    decisions: {},
    ...asked,
  });
  const { checks, families } = neededFor(id, request.delta === undefined ? [] : ["access"]);
  const found = await gatherFacts({
    request,
    admin,
    families,
    ...(password === undefined ? {} : { role: database.login(request.plan.role.name, password) }),
    probes: { slot: false, login: false },
  });
  const result = evaluate(request, { ...found, ...facts }, checks).checks.find((check) => check.id === id);
  if (result === undefined) throw new Error(`no check is named ${id}`);
  noteResult(database.major, result);
  return result;
}

/** Runs the statements of a fix as they are printed, one by one. */
export async function applyFix({ fix }: CheckResult, session: Session): Promise<void> {
  for (const statement of fix?.sql ?? []) {
    await session.query(statement);
    noteExecuted(statement);
  }
}
