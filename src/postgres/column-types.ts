import { types } from "pg";

const { BOOL, INT2, INT4, OID, FLOAT4, FLOAT8 } = types.builtins;
/** text[] and int4[], which pg's list leaves out. */
const ARRAYS = [1009, 1007];

/** The types whose values are parsed: those that our queries return. All others stay text. */
const PARSED: ReadonlySet<number> = new Set([
  BOOL,
  INT2,
  INT4,
  OID,
  FLOAT4,
  FLOAT8,
  types.builtins.JSON,
  types.builtins.JSONB,
  ...ARRAYS,
]);

/**
 * How the values of a session are read, for pg's `types`. The server decides the type of a column, whatever the query
 * was; and pg parses a date with a regular expression that takes seconds for 40 kB of digits and never ends for a
 * megabyte. Meanwhile nothing else runs, not even time limits. So types that our queries do not return stay text, and
 * the binary format, which they never use, is not read.
 */
export const COLUMN_TYPES = {
  getTypeParser: (oid: number, format?: string): ((value: string) => unknown) =>
    format !== "binary" && PARSED.has(oid) ? types.getTypeParser(oid, "text") : String,
};
