import { quoteIdentifier, quoteLiteral } from "../postgres/identifiers";
import { type Sql, sql } from "../postgres/sql-text";
import type { ReplicationArtefacts } from "./facts/replication-artefacts";

/**
 * Writes the statements that remove what replication has left on a source, to be run one by one in its database.
 *
 * The event triggers go first: once their functions are gone they would make every DDL of the application fail.
 * The slot goes next: it keeps WAL until the disk is full. Postgres refuses to drop one that is being read. Slots
 * that do not have pgstream's name belong to other tools and are left alone.
 *
 * @returns none when there is nothing left
 */
export function leftoverStatements({ eventTriggers, slots, schema }: ReplicationArtefacts): readonly Sql[] {
  return [
    ...eventTriggers.map((name) => sql`DROP EVENT TRIGGER ${quoteIdentifier(name)};`),
    ...slots
      .filter(({ pgstream }) => pgstream)
      .map(({ name }) => sql`SELECT pg_catalog.pg_drop_replication_slot(${quoteLiteral(name)});`),
    ...(schema ? [sql`DROP SCHEMA pgstream CASCADE;`] : []),
  ];
}
