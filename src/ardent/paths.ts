/*
 * How tables are written in selections and in replica identity decisions.
 *
 * Documented is `["*"]` alone (POST /connectors/{id}/selection). `schema.table` is our assumption, after how
 * Ardent's preflight names tables ("Missing SELECT on public.orders"), and so is that names stand as the
 * catalog has them, without quotes. Open: how a name that itself holds a dot is written; such a table is
 * written like any other here, and two that come out the same cannot be told apart. Everything that knows of
 * these assumptions is in this file.
 */

/** Every table there is, those of the future included. */
export const EVERYTHING = "*";

/** Writes a table as the API does, as far as we know. */
export function tablePath(schema: string, table: string): string {
  return `${schema}.${table}`;
}

/** Whether a selection covers a table; `schema.*` is taken for every table of a schema. */
export function isSelected(selection: readonly string[], table: string): boolean {
  return selection.some(
    (path) =>
      path === EVERYTHING ||
      path === table ||
      (path.endsWith(`.${EVERYTHING}`) && table.startsWith(path.slice(0, -1))),
  );
}
