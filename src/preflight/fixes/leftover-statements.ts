import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import type { ReplicationArtifacts } from "../facts/replication-artifacts";

/**
 * Writes the statements that remove the leftovers of replication from a source, to be run one by one in its database.
 *
 * The event triggers come first: without their functions they would make every DDL of the application fail. The slot is
 * next, because it retains WAL until the disk is full. Postgres does not drop a slot that is being read. Slots without
 * pgstream's name, and event triggers that run no function of pgstream's schema, belong to other tools and stay.
 *
 * @returns none if nothing is left; the statements lose {@link LEFTOVER_LOSS}
 */
export function leftoverStatements({ eventTriggers, slots, schema }: ReplicationArtifacts): readonly Sql[] {
  return [
    ...eventTriggers.map((name) => sql`DROP EVENT TRIGGER ${quoteIdentifier(name)};`),
    ...slots
      .filter(({ pgstream }) => pgstream)
      .map(({ name }) => sql`SELECT pg_catalog.pg_drop_replication_slot(${quoteLiteral(name)});`),
    ...(schema ? [sql`DROP SCHEMA pgstream CASCADE;`] : []),
  ];
}

/** What those statements lose permanently. */
export const LEFTOVER_LOSS =
  "the slot's position in the WAL and everything in schema pgstream: a connector that uses them would have to copy all tables again";
