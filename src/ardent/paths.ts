/*
 * How tables are written in selections and in replica identity decisions.
 *
 * Ardent documents only `["*"]` (POST /connectors/{id}/selection). We assume `schema.table`, because Ardent's
 * preflight names tables like this ("Missing SELECT on public.orders"), with names as in the catalog, without
 * quotes. It is unknown how a name that contains a dot is written; here it is written like any other, so two
 * such tables can have the same path. Only this file depends on these assumptions.
 */

/** Every table, including future ones. */
export const EVERYTHING = "*";

/** Writes a table as the API probably does. */
export function tablePath(schema: string, table: string): string {
  return `${schema}.${table}`;
}

/** Whether a selection includes a table; `schema.*` means every table of a schema. */
export function isSelected(selection: readonly string[], table: string): boolean {
  return selection.some(
    (path) =>
      path === EVERYTHING ||
      path === table ||
      (path.endsWith(`.${EVERYTHING}`) && table.startsWith(path.slice(0, -1))),
  );
}
