/** Names that are legal in Postgres and break what does not quote: 63 bytes at most. */
export const AWKWARD_NAMES: readonly string[] = [
  'say "hi"',
  "O'Brien",
  "MixedCase",
  "two  spaces ",
  "100%s %I %%",
  "Größe_日本_🐘",
  "n".repeat(63),
  `${"ü".repeat(31)}x`,
  "select",
  "public.orders",
  "a,b",
  "back\\slash $1",
  '"; DROP SCHEMA app CASCADE; --',
  "line\nbreak",
];
