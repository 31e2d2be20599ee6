import type { SharedPostgres } from "./postgres";

/** The types that queries of the catalog compare and pass on. */
const TYPES = [
  "text",
  "name",
  "oid",
  '"char"',
  "integer",
  "bigint",
  "boolean",
  "text[]",
  "name[]",
  "aclitem",
  "aclitem[]",
  "information_schema.sql_identifier",
];

/** What `@pulumi/postgresql` calls by an unqualified name, by the number of arguments. */
const FUNCTIONS = {
  0: ["version", "current_database", "pg_backend_pid"],
  1: [
    "aclexplode",
    "pg_advisory_xact_lock",
    "pg_encoding_to_char",
    "pg_get_userbyid",
    "pg_terminate_backend",
    "unnest",
  ],
  2: ["array_remove", "array_append", "pg_terminate_backend"],
};
const OPERATORS = ["=", "<>"];

/** What a planted function writes to the server's log, before its own signature. */
const MARK = "planted function ran as";

/**
 * Plants, in `public`, an overload of every function and operator that `@pulumi/postgresql` calls, for every
 * combination of the types above, and aggregates. Each writes to the server's log who has called it and continues as the
 * real one would, where that is known to be called.
 *
 * @param planter - who plants them: a role that may create in `public`, and is no superuser
 */
export async function plantFunctions(
  server: SharedPostgres,
  at: { readonly database: string; readonly planter: string },
): Promise<void> {
  const statements = [
    `SET ROLE ${at.planter}`,
    "SET search_path = pg_catalog, pg_temp",
    ...FUNCTIONS[0].map((name) => plant(name, [])),
    ...FUNCTIONS[1].flatMap((name) => TYPES.map((type) => plant(name, [type]))),
    ...FUNCTIONS[2].flatMap((name) => pairs().map((types) => plant(name, types))),
    ...TYPES.flatMap(plantAggregate),
    ...pairs().flatMap((types, index) => plantOperators(types, index)),
  ];
  await server.query(statements.join(";\n"), [], { database: at.database });
}

/** Every call of a planted function so far, in its order: who called it, and its signature. */
export async function plantedCalls(server: { logs(): Promise<string> }): Promise<string[]> {
  const lines = (await server.logs()).split("\n").filter((line) => line.includes(MARK));
  return lines.map((line) => line.slice(line.indexOf(MARK) + MARK.length + 1));
}

function pairs(): string[][] {
  return TYPES.flatMap((left) => TYPES.map((right) => [left, right]));
}

const WORKS: { readonly [signature: string]: { readonly returns: string; readonly expression: string } } = {
  "array_remove(text[], text)": { returns: "text[]", expression: "pg_catalog.array_remove($1, $2)" },
};

function plant(name: string, types: readonly string[]): string {
  const signature = `${name}(${types.join(", ")})`;
  const { returns, expression } = WORKS[signature] ?? { returns: "text", expression: "NULL::text" };
  return logging(signature, returns, expression);
}

/** A function that tells of itself, under a name of its own where it is part of an operator or an aggregate. */
function logging(signature: string, returns: string, expression: string, told = signature): string {
  return `CREATE FUNCTION public.${signature} RETURNS ${returns} LANGUAGE plpgsql AS $$ BEGIN
    RAISE LOG '${MARK} %: ${told}', current_user;
    RETURN ${expression};
  END $$`;
}

/** An aggregate takes rows together, which a function of the same name and arguments would not. */
function plantAggregate(type: string, index: number): string[] {
  const signature = `step_${index}(text[], ${type})`;
  const expression = type.endsWith("[]") ? "$1" : "pg_catalog.array_append($1, $2::text)";
  return [
    logging(signature, "text[]", expression, `array_agg(${type})`),
    `CREATE AGGREGATE public.array_agg(${type}) (SFUNC = public.step_${index}, STYPE = text[])`,
  ];
}

function plantOperators(types: readonly string[], index: number): string[] {
  const [left, right] = types;
  return OPERATORS.flatMap((operator, at) => {
    const name = `compare_${index}_${at}`;
    return [
      logging(
        `${name}(${types.join(", ")})`,
        "boolean",
        `$1::text OPERATOR(pg_catalog.${operator}) $2::text`,
        `${left} ${operator} ${right}`,
      ),
      `CREATE OPERATOR public.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = public.${name})`,
    ];
  });
}
