import type { SourceFacts } from "./source-facts";

/** A schema to replicate, and what a program says of those that create tables in it. */
export interface SchemaOwners {
  readonly schema: string;
  /** Those that own tables here, or that can create some here and own tables elsewhere. */
  readonly owners: readonly string[];
  /** Those that can create tables here, and own none anywhere. */
  readonly idle: readonly string[];
}

/**
 * The schemas to replicate: those with tables or sequences; all of them if none has any. A role that has created no table
 * so far probably will not: an administrator, or a role that only owns the schema.
 */
export function schemasWithOwners({ owners, tables }: SourceFacts): SchemaOwners[] {
  const used = tables.schemas.filter((schema) =>
    owners.some((one) => one.schema === schema && one.tables + one.sequences > 0),
  );
  return (used.length > 0 ? used : tables.schemas).map((schema) => {
    const here = owners.filter((one) => one.schema === schema);
    const names = (idle: boolean) =>
      here
        .filter((one) => (one.tables + one.sequences + one.tablesElsewhere === 0) === idle)
        .filter((one) => one.tables + one.sequences > 0 || one.creates)
        .map(({ owner }) => owner);
    return { schema, owners: names(false), idle: names(true) };
  });
}
