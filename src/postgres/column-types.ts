import { types } from "pg";

const { BOOL, INT2, INT4, OID, FLOAT4, FLOAT8 } = types.builtins;
/** text[] and int4[], which pg's list leaves out. */
const ARRAYS = [1009, 1007];

/** The types whose values are taken for more than text: those that our queries ask for. */
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
 * How the values of a session are read, for pg's `types`. Whose the type of a column is, the server says, whatever was
 * asked; and pg reads a date by an expression that takes seconds for 40 kB of digits and never ends for a megabyte,
 * during which nothing else runs, time limits included. So what our queries do not ask for stays text, and the binary
 * format, which they never ask for, is not read.
 */
export const COLUMN_TYPES = {
  getTypeParser: (oid: number, format?: string): ((value: string) => unknown) =>
    format !== "binary" && PARSED.has(oid) ? types.getTypeParser(oid, "text") : String,
};
