import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import type { ReplicationArtifacts } from "../facts/replication-artifacts";

/**
 * Writes the statements that remove what replication has left on a source, to be run one by one in its database.
 *
 * The event triggers go first: once their functions are gone they would make every DDL of the application fail.
 * The slot goes next: it keeps WAL until the disk is full. Postgres refuses to drop one that is being read. Slots
 * that do not have pgstream's name belong to other tools and are left alone, and so do event triggers that run no
 * function of pgstream's schema.
 *
 * @returns none when there is nothing left; what is there loses {@link LEFTOVER_LOSS}
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

/** What those statements lose for good. */
export const LEFTOVER_LOSS =
  "the slot's position in the WAL and everything in schema pgstream: a connector that uses them would have to copy all tables again";
