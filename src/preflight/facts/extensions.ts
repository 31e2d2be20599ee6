import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import { type Listed, listed, listedSchema } from "./replication-caveats";
import type { TableName } from "./table-key";
import { excludedTables, IN_SCOPE, tableScope } from "./table-scope";

/** The extensions in the database. */
export interface ExtensionFacts {
  /** Every extension except plpgsql, by name. */
  readonly installed: readonly { readonly name: string; readonly version: string }[];
  /** Whether functions can be written in PL/pgSQL. */
  readonly plpgsql: boolean;
  /** Tables in the requested schemas that belong to an extension and contain rows of the user. */
  readonly tablesWithRows: Listed<TableName & { readonly extension: string }>;
  /** Such tables of extensions that distinguish their own rows from the user's by a condition, which is not run. */
  readonly mixedTables: Listed<TableName & { readonly extension: string }>;
}

/**
 * Reads the extensions, in one query. Every user can read this.
 *
 * @param schemas - names of the schemas to replicate; undefined for every schema except system schemas
 * @param excluded - keys of the tables that will not be replicated, see `tablesNamedBy`
 */
export async function readExtensionFacts(
  session: Session,
  schemas: readonly string[] | undefined,
  excluded: readonly string[],
): Promise<ExtensionFacts> {
  const [row] = await session.query<ExtensionFacts>(EXTENSIONS_QUERY, [schemas, excludedTables(excluded)]);
  if (row === undefined) throw new Error("the extensions query returned no row");
  return row;
}

// The condition that distinguishes rows (extcondition) is SQL from the source's catalog: run here, it would have the
// reader's rights, often a superuser's.
const EXTENSIONS_QUERY = `
WITH RECURSIVE ${tableScope({ schemas: "$1", excluded: "$2" })}, owned AS (
  SELECT n.nspname::text AS schema, c.relname::text AS name, x.extname AS extension,
         coalesce(x.extcondition[array_position(x.extconfig, c.oid)], '') <> '' AS mixed
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
  JOIN pg_catalog.pg_class c ON c.oid = d.objid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_extension'::regclass
    AND d.deptype = 'e' AND c.relkind = 'r' AND c.relpersistence = 'p'
    AND ${IN_SCOPE}
    AND pg_relation_size(c.oid) > 0
)
SELECT coalesce((SELECT json_agg(json_build_object('name', extname, 'version', extversion)
                                 ORDER BY extname COLLATE "C")
                 FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'), '[]') AS "installed",
       EXISTS (SELECT FROM pg_catalog.pg_language WHERE lanname = 'plpgsql') AS "plpgsql",
       (SELECT ${listed("'extension', extension")} FROM owned WHERE NOT mixed) AS "tablesWithRows",
       (SELECT ${listed("'extension', extension")} FROM owned WHERE mixed) AS "mixedTables"`;

/** What {@link readExtensionFacts} reads. */
export const extensionsSchema = schemaOf<ExtensionFacts>()(
  z.object({
    installed: z.array(z.object({ name: z.string(), version: z.string() })),
    plpgsql: z.boolean(),
    tablesWithRows: listedSchema({ extension: z.string() }),
    mixedTables: listedSchema({ extension: z.string() }),
  }),
);
