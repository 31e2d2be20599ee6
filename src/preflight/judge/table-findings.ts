import { qualifiedName } from "../../postgres/identifiers";
import type { Sql } from "../../postgres/sql-text";
import type { Finding } from "../check/check";
import type { TableName } from "../facts/table-key";

/** One finding for each table: `table schema.name`, with further fields. */
export function tableFindings(
  tables: readonly TableName[],
  about: Omit<Finding, "object">,
  kind = "table",
): Finding[] {
  return tables.map(({ schema, table }) => ({ object: `${kind} ${schema}.${table}`, ...about }));
}

/** A table's name in SQL. */
export function tableSql({ schema, table }: TableName): Sql {
  return qualifiedName(schema, table);
}
