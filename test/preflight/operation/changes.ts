import type { Change } from "../../../src/emulator/source/changes";
import type { DiscoveredTable } from "../../../src/emulator/source/discovery";
import { qualifiedName, quoteIdentifier } from "../../../src/postgres/identifiers";
import type { Session } from "../../../src/postgres/session";

/** Rows as they were written, by the path of their table. */
export type Written = ReadonlyMap<string, Record<string, string | null>>;

/** Inserts, changes and deletes a row of defaults in each table, as the application does. */
export async function changeEveryTable(admin: Session, tables: readonly DiscoveredTable[]): Promise<Written> {
  const written = new Map<string, Record<string, string | null>>();
  for (const { schema, name, path, columns } of tables) {
    const table = qualifiedName(schema, name);
    const returning = columns.map((column) => `${quoteIdentifier(column)}::text`);
    await admin.query(`DELETE FROM ONLY ${table}`);
    const [row] = await admin.query<Record<string, string | null>>(
      `INSERT INTO ${table} DEFAULT VALUES RETURNING ${returning.join(", ") || "1"}`,
    );
    written.set(path, row ?? {});
    const [writable] = await admin.query<{ name: string }>(
      `SELECT attname AS name FROM pg_catalog.pg_attribute
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a'
        ORDER BY attnum DESC LIMIT 1`,
      [table],
    );
    if (writable !== undefined) {
      const column = quoteIdentifier(writable.name);
      await admin.query(`UPDATE ONLY ${table} SET ${column} = ${column}`);
    }
    await admin.query(`DELETE FROM ONLY ${table}`);
  }
  return written;
}

/** Creates a table as each owner of tables, in each schema where it may. @returns their names, quoted */
export async function createAsOwners(admin: Session): Promise<string[]> {
  const owners = await admin.query<{ owner: string; schema: string }>(
    `SELECT DISTINCT pg_catalog.pg_get_userbyid(c.relowner) AS owner, n.nspname AS schema
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND n.nspname !~ '^pg_'
        AND n.nspname NOT IN ('information_schema', 'pgstream')
        AND pg_catalog.has_schema_privilege(c.relowner, n.oid, 'CREATE')`,
  );
  const tables: string[] = [];
  for (const [position, { owner, schema }] of owners.entries()) {
    const table = qualifiedName(schema, `later_${position}`);
    await admin.query(`SET ROLE ${quoteIdentifier(owner)}`);
    await admin.query(`CREATE TABLE ${table} (id int PRIMARY KEY)`);
    await admin.query("RESET ROLE");
    tables.push(table);
  }
  return tables;
}

/** What of the changes did not arrive, or cannot be read back as what was written. */
export async function missingChanges(
  admin: Session,
  tables: readonly DiscoveredTable[],
  written: Written,
  later: readonly string[],
  received: readonly Change[],
): Promise<string[]> {
  const missing: string[] = [];
  for (const table of tables) {
    const { path, columns } = table;
    const row = written.get(path) ?? {};
    for (const kind of ["insert", "update", "delete"] as const) {
      if (kind === "update" && columns.length === 0) continue;
      const change = received.findLast((one) => one.table === path && one.kind === kind);
      if (change === undefined) missing.push(`${kind} of ${path} is missing`);
      else
        missing.push(
          ...(await unlike(admin, table, change, row)).map((what) => `${kind} of ${path}: ${what}`),
        );
    }
  }
  for (const table of later) {
    const name = table.split(".").at(-1)?.replaceAll('"', "") ?? "";
    const told = received.some(
      ({ kind, columns }) => kind === "ddl" && JSON.stringify(columns).includes(name),
    );
    if (!told) missing.push(`CREATE TABLE ${table} is not told`);
  }
  return missing;
}

/** What of a change is not what was written: a delete has a column at least, everything else has all that are stored. */
async function unlike(
  admin: Session,
  { schema, name }: DiscoveredTable,
  { kind, columns }: Change,
  row: Record<string, string | null>,
): Promise<string[]> {
  if (kind === "delete" && Object.keys(columns).length === 0) return ["no identifying column"];
  const types = await admin.query<{ name: string; type: string }>(
    `SELECT attname AS name, pg_catalog.format_type(atttypid, atttypmod) AS type FROM pg_catalog.pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated IN ('', 's')`,
    [qualifiedName(schema, name)],
  );
  const problems: string[] = [];
  for (const { name, type } of types) {
    if (!(name in columns)) {
      if (kind !== "delete") problems.push(`${name} is missing`);
      continue;
    }
    const given = columns[name];
    // wal2json writes bytea without its prefix.
    const text = given === null ? null : `${type === "bytea" ? "\\x" : ""}${given}`;
    const read = await admin
      .query<{ value: string | null }>(`SELECT $1::text::${type}::text AS value`, [text])
      .catch((error: Error) => [{ value: error.message }]);
    if (read[0]?.value !== row[name])
      problems.push(`${name} is ${JSON.stringify(given)}, and was ${row[name]}`);
  }
  return problems;
}
