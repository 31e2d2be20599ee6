/**
 * Types that the engine decodes, by OID: those that pgx 5.10 registers. Built-in types have the same OID in every
 * Postgres. The ranges are int4range, int8range and tstzrange; of other ranges only arrays, which it reads as text.
 */
export const DECODED_TYPES: readonly number[] = [
  16, 17, 18, 19, 20, 21, 23, 25, 26, 27, 28, 29, 114, 142, 143, 199, 271, 600, 601, 602, 603, 604, 628, 629,
  650, 651, 700, 701, 718, 719, 774, 829, 869, 1000, 1001, 1002, 1003, 1005, 1007, 1009, 1010, 1011, 1012,
  1014, 1015, 1016, 1017, 1018, 1019, 1020, 1021, 1022, 1027, 1028, 1033, 1034, 1040, 1041, 1042, 1043, 1082,
  1083, 1114, 1115, 1182, 1183, 1184, 1185, 1186, 1187, 1231, 1560, 1561, 1562, 1563, 1700, 2950, 2951, 3614,
  3643, 3802, 3807, 3904, 3905, 3907, 3909, 3910, 3911, 3913, 3926, 3927, 4072, 4073, 5069,
];

/** Types of extensions that it decodes, by name, in any schema. */
export const DECODED_EXTENSION_TYPES: readonly string[] = [
  "hstore",
  "cube",
  "ltree",
  "vector",
  "halfvec",
  "sparsevec",
  "_vector",
  "_halfvec",
  "_sparsevec",
];
