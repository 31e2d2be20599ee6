/** A relation's name, unquoted. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/**
 * The tables that a decision's key can name: `schema.table` with names as in the catalog, or with one or both of them
 * quoted as in SQL (`"a.b".c`). If names contain dots, an unquoted key can mean several tables.
 *
 * @returns each possible pair of names once; none for a key without a dot
 */
export function tablesNamedBy(key: string): TableName[] {
  const dots = [...key.matchAll(/\./g)].map(({ index }) => index);
  const plain = dots
    .map((dot) => ({ schema: key.slice(0, dot), table: key.slice(dot + 1) }))
    .filter(({ schema, table }) => schema !== "" && table !== "");
  const [, schema, table] = QUALIFIED.exec(key) ?? [];
  if (schema === undefined || table === undefined) return plain;
  const quoted = { schema: unquoted(schema), table: unquoted(table) };
  return [quoted, ...plain.filter((name) => name.schema !== quoted.schema || name.table !== quoted.table)];
}

/** A key that means this table and no other: `schema.table`, quoted if a name has a dot or a quote. */
export function tableKey({ schema, table }: TableName): string {
  const names = [schema, table];
  const plain = names.every((name) => !/[."]/.test(name));
  return names.map((name) => (plain ? name : `"${name.replaceAll('"', '""')}"`)).join(".");
}

/** Two names, each quoted or without quotes and dots. */
const QUALIFIED = /^("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".]+)$/s;

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
