import type { PostgresServer } from "../support/postgres";

/** The text that each planted function writes to the server's log when it is called. */
export const PLANTED = "planted overload called";

/**
 * Names of functions and operators that statements can call: every word before a parenthesis, every sequence of operator
 * characters, and functions that the syntax calls without their name. Too many names are harmless.
 *
 * @param statements - such as the server's log with `log_statement = all`
 */
export function calledNames(statements: string): string[] {
  const functions = [...statements.matchAll(/([a-z_][a-z0-9_]*)\s*\(/gi)].map(([, name = ""]) =>
    name.toLowerCase(),
  );
  const operators = statements.match(/[-+*/<>=~!@#%^&|`?]+/g) ?? [];
  return [...new Set([...functions, ...operators, ...BY_SYNTAX])];
}

/** LIKE and ILIKE, IN and NOT IN, BETWEEN, AT TIME ZONE, EXTRACT. */
const BY_SYNTAX = ["~~", "!~~", "~~*", "!~~*", "=", "<>", "<=", ">=", "timezone", "extract", "date_part"];

/**
 * Creates overloads in the schema `public` of a database, as a role that can create there: for every function and
 * operator of these names, with the argument types that our expressions can have, so that one fits at least as well as
 * the catalog's, especially if that is polymorphic, variadic or needs a cast.
 *
 * @param role - a plain role with CREATE on `public`
 * @returns how many there are
 */
export async function plantOverloads(
  server: PostgresServer,
  database: string,
  role: string,
  names: readonly string[],
): Promise<number> {
  const session = { database };
  await server.query(SETUP, [], session);
  const [row] = await server.query<{ planted: number }>(
    "SELECT planting.plant_all($1::text[], $2::text) AS planted",
    [names, role],
    session,
  );
  await server.query("DROP SCHEMA planting CASCADE", [], session);
  return row?.planted ?? 0;
}

// Each CREATE may be refused (an ambiguous type, an operator that exists): it is tried for itself.
const SETUP = `
SET log_statement = 'none';
SET search_path = pg_catalog;
CREATE SCHEMA planting;
CREATE FUNCTION planting.attempt(statement text) RETURNS int LANGUAGE plpgsql SET search_path = pg_catalog AS $attempt$
BEGIN
  EXECUTE statement;
  RETURN 1;
EXCEPTION WHEN others THEN
  RETURN 0;
END $attempt$;

CREATE FUNCTION planting.plant(name text, arguments text[], result text) RETURNS int
LANGUAGE sql SET search_path = pg_catalog AS $plant$
  SELECT planting.attempt(format(
    'CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L',
    name, array_to_string(arguments, ', '), result,
    format('BEGIN RAISE LOG %L; RETURN NULL; END', '${PLANTED}: ' || name || '(' || array_to_string(arguments, ',') || ')')))
$plant$;

CREATE FUNCTION planting.plant_all(names text[], creator text) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog SET log_statement = 'none' AS $all$
DECLARE
  types constant text[] := ARRAY['text', 'name', 'oid', 'integer', 'bigint', 'boolean', '"char"', 'text[]', 'name[]',
    'oid[]', 'json', 'jsonb', 'timestamptz', 'pg_lsn', 'regclass'];
  planted int := 0;
  one record;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', creator);
  -- An exact fit wins over a cast or a polymorphic argument at any place: each place varied, and all of them.
  FOR one IN
    WITH function AS (
      SELECT p.proname::text AS name, arity,
             CASE WHEN p.provariadic <> 0 THEN p.pronargs - 1 ELSE p.pronargs END AS fixed,
             ARRAY(SELECT CASE WHEN t.typtype = 'p' THEN 'text' ELSE format_type(t.oid, NULL) END
                   FROM unnest(p.proargtypes) WITH ORDINALITY AS a(o, i) JOIN pg_type t ON t.oid = a.o ORDER BY i) AS base,
             CASE WHEN r.typtype = 'p' OR p.proretset THEN 'text' ELSE format_type(r.oid, NULL) END AS result
      FROM pg_proc p
      JOIN pg_type r ON r.oid = p.prorettype
      CROSS JOIN generate_series(p.pronargs, CASE WHEN p.provariadic <> 0 THEN p.pronargs + 2 ELSE p.pronargs END) AS arity
      WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY (names) AND arity > 0
    )
    SELECT DISTINCT ON (name, arguments) name, arguments, result
    FROM function
    CROSS JOIN LATERAL (
      SELECT array_fill(kind, ARRAY[arity]) FROM unnest(types) AS kind
      UNION
      SELECT ARRAY[first, second] FROM unnest(types) AS first, unnest(types) AS second WHERE arity = 2
      UNION
      SELECT ARRAY(SELECT CASE WHEN i = place THEN kind WHEN i <= fixed THEN base[i] ELSE 'text' END
                   FROM generate_series(1, arity) AS i ORDER BY i)
      FROM generate_series(1, arity) AS place, unnest(types) AS kind WHERE arity > 2
    ) AS signature (arguments)
    ORDER BY name, arguments
  LOOP
    planted := planted + planting.plant(one.name, one.arguments, one.result);
  END LOOP;
  FOR one IN
    SELECT o.oprname::text AS name, l, r,
           (SELECT format_type(e.oprresult, NULL) FROM pg_operator e
             WHERE e.oprname = o.oprname AND e.oprleft <> 0 AND e.oprresult <> 0
             GROUP BY e.oprresult ORDER BY count(*) DESC, e.oprresult LIMIT 1) AS result
    FROM (SELECT DISTINCT oprname FROM pg_operator
           WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprname = ANY (names) AND oprleft <> 0) AS o,
         unnest(types) AS l, unnest(types) AS r
  LOOP
    planted := planted + planting.plant('planted ' || one.name, ARRAY[one.l, one.r], one.result);
    planted := planted + planting.attempt(format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.%I)',
      one.name, one.l, one.r, 'planted ' || one.name));
  END LOOP;
  RETURN planted;
END $all$;
GRANT USAGE ON SCHEMA planting TO PUBLIC;`;
