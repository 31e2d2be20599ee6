import { z } from "zod";
import type { HbaRule } from "../../postgres/hba";
import { type HbaFileLine, type HbaToken, parseHbaFile } from "../../postgres/hba-file";
import type { Session } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { schemaOf } from "../../schema-of";
import type { Evidence } from "./evidence";
import { readSchema } from "./evidence-schema";

/** pg_hba.conf as in pg_hba_file_rules, and the facts that are needed to match its lines. */
export interface HbaFacts {
  /** In the order in which the server tries them. */
  readonly rules: readonly HbaRule[];
  /** The roles that the role is a member of, directly or not; a superuser is not a member of all. */
  readonly memberships: readonly string[];
  /** The address by which the server was reached; undefined over a Unix-domain socket. */
  readonly serverAddress?: string;
  /** pg_hba.conf and the files that it includes (16 and newer). */
  readonly files: Evidence<HbaFiles>;
}

/** The files, compared with what the server has loaded. */
export interface HbaFiles {
  /** When the server last loaded its configuration, or tried to: ISO 8601, UTC. */
  readonly loadedAt: string;
  readonly files: readonly HbaFile[];
}

/** One file on the disk of the server. */
export interface HbaFile {
  readonly path: string;
  /** When it was last written: ISO 8601, UTC, in whole seconds. */
  readonly modifiedAt: string;
  /** Whether that was after the server last loaded its configuration. */
  readonly newerThanLoaded: boolean;
}

/** A row of pg_hba_file_rules; its file and line are null if the server does not say. */
type Row = Omit<HbaRule, "where" | "lastLine" | "quoted"> & {
  readonly path: string | null;
  readonly line: number;
};

// to_jsonb: the columns differ by version (file_name and rule_number from 16 on).
const RULES = `
  SELECT coalesce(rule ->> 'file_name', file) AS "path",
         (rule ->> 'line_number')::int AS "line",
         rule ->> 'type' AS "type",
         rule -> 'database' AS "database",
         rule -> 'user_name' AS "userName",
         rule ->> 'address' AS "address",
         rule ->> 'netmask' AS "netmask",
         rule ->> 'auth_method' AS "authMethod",
         rule -> 'options' AS "options",
         rule ->> 'error' AS "error"
    FROM (SELECT to_jsonb(r) AS rule FROM pg_hba_file_rules r) AS r
    LEFT JOIN (SELECT setting AS file FROM pg_settings WHERE name = 'hba_file') AS s ON true
   ORDER BY (rule ->> 'rule_number')::int NULLS LAST, (rule ->> 'line_number')::int`;

const MEMBERSHIPS = `
  WITH RECURSIVE member_of AS (
    SELECT m.roleid FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1
    UNION
    SELECT m.roleid FROM pg_auth_members m JOIN member_of o ON m.member = o.roleid
  )
  SELECT r.rolname AS name FROM member_of JOIN pg_roles r ON r.oid = member_of.roleid ORDER BY 1`;

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;

// hba_file is the main file: a rule of another file was included by it.
const FILES = `
  SELECT f.path,
         to_char(s.modification AT TIME ZONE 'UTC', ${ISO}) AS "modifiedAt",
         s.modification > pg_conf_load_time() AS "newerThanLoaded",
         to_char(pg_conf_load_time() AT TIME ZONE 'UTC', ${ISO}) AS "loadedAt"
    FROM (SELECT setting AS path FROM pg_settings WHERE name = 'hba_file' UNION SELECT unnest($1::text[])) AS f
   CROSS JOIN LATERAL pg_stat_file(f.path, true) s
   WHERE s.modification IS NOT NULL
   ORDER BY f.path`;

/** As text, because our sessions do not read bytea, and a file may not be in the database's encoding. */
const CONTENTS = `
  SELECT path, encode(pg_read_binary_file(path, 0, $2, true), 'base64') AS content FROM unnest($1::text[]) AS path`;

/** How much is read of all files together, in bytes; for the rest it is unknown which tokens are in quotes. */
const CONTENTS_BYTES = 1_000_000;
/** From 14 on a backslash at the end of a line continues it. */
const CONTINUED_FROM = 140_000;

/**
 * Reads pg_hba.conf from the disk, which can differ from what is loaded.
 *
 * @param role - its memberships are needed for lines with a group
 * @throws SQLSTATE 42501 unless the session is a superuser's or may execute pg_hba_file_rules()
 */
export async function readHbaFacts(session: Session, role: string): Promise<HbaFacts> {
  const rows = await session.query<Row>(RULES);
  const paths = [...new Set(rows.flatMap(({ path }) => path ?? []))];
  const memberships = await session.query<{ name: string }>(MEMBERSHIPS, [role]);
  const lines = await readLines(session, paths);
  return {
    rules: rows.map((row) => ruleOf(row, lines)),
    memberships: memberships.map(({ name }) => name),
    ...(session.serverAddress === null ? {} : { serverAddress: session.serverAddress }),
    files: await readFiles(session, paths),
  };
}

async function readFiles(session: Session, paths: readonly string[]): Promise<HbaFacts["files"]> {
  try {
    const rows = await session.query<HbaFile & { loadedAt: string }>(FILES, [paths]);
    const [first] = rows;
    if (first === undefined)
      return { kind: "skipped", reason: "this user is not allowed to see the location of pg_hba.conf" };
    const files = rows.map(({ loadedAt, ...file }) => file);
    return { kind: "read", value: { loadedAt: first.loadedAt, files } };
  } catch (error) {
    const state = sqlState(error);
    if (state === undefined) throw error;
    return state === SqlState.insufficientPrivilege
      ? {
          kind: "skipped",
          reason: "only roles that may execute pg_stat_file() can see when pg_hba.conf was changed",
        }
      : { kind: "unknown", reason: `pg_hba.conf could not be examined (SQLSTATE ${state})` };
  }
}

type Lines = ReadonlyMap<string, ReadonlyMap<number, HbaFileLine>>;

/** The lines of the files, for what the view leaves out; none if the user cannot read files of the server. */
async function readLines(session: Session, paths: readonly string[]): Promise<Lines> {
  const limit = Math.floor(CONTENTS_BYTES / Math.max(1, paths.length));
  try {
    const files = await session.query<{ path: string; content: string | null }>(CONTENTS, [paths, limit]);
    const continued = session.serverVersionNum >= CONTINUED_FROM;
    return new Map(
      files.map(({ path, content }) => [
        path,
        parseHbaFile(Buffer.from(content ?? "", "base64").toString(), { continued }),
      ]),
    );
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    return new Map();
  }
}

function ruleOf({ path, line, options, ...rule }: Row, lines: Lines): HbaRule {
  const found = path === null ? undefined : lines.get(path)?.get(line);
  const quoted = found && quotesOf(rule, found);
  return {
    where: `${path ?? "pg_hba.conf"}:${line}`,
    ...rule,
    options: options === null ? null : withoutSecrets(options),
    ...(found === undefined || found.lastLine === line ? {} : { lastLine: found.lastLine }),
    ...(quoted === undefined ? {} : { quoted }),
  };
}

/** Which tokens of a rule are in quotes; undefined if the line has other tokens, because it was changed since then. */
function quotesOf(
  { database, userName, address }: Pick<HbaRule, "database" | "userName" | "address">,
  { fields }: HbaFileLine,
): HbaRule["quoted"] {
  const [, databases = [], users = [], addresses = []] = fields;
  const quotes = [quotesOfField(databases, database ?? []), quotesOfField(users, userName ?? [])] as const;
  if (quotes[0] === undefined || quotes[1] === undefined) return undefined;
  return {
    database: quotes[0],
    userName: quotes[1],
    address: address !== null && addresses[0]?.quoted === true,
  };
}

/** Instead of a file's name (`@file`) the view has the names in that file; whether those are in quotes is unknown. */
function quotesOfField(
  tokens: readonly HbaToken[],
  shown: readonly string[],
): readonly (boolean | null)[] | undefined {
  const file = tokens.findIndex(({ text, quoted }) => !quoted && /^@./.test(text));
  const before = file < 0 ? tokens : tokens.slice(0, file);
  const after = file < 0 ? [] : tokens.slice(file + 1);
  const others = shown.length - before.length - after.length;
  if (others < 0 || (file < 0 && others > 0)) return undefined;
  const known = [...before, ...Array<null>(others).fill(null), ...after];
  if (known.some((token, index) => token !== null && token.text !== shown[index])) return undefined;
  return known.map((token) => token?.quoted ?? null);
}

/** Lines of ldap and radius may contain a password, and facts are saved in bug reports. */
function withoutSecrets(options: readonly string[]): string[] {
  return options.map((option) => option.replace(/^(ldapbindpasswd|radiussecrets)=.*$/s, "$1=***"));
}

/** What {@link readHbaFacts} reads. */
export const hbaSchema = schemaOf<HbaFacts>()(
  z.object({
    rules: z.array(
      schemaOf<HbaRule>()(
        z.object({
          where: z.string(),
          lastLine: z.number().optional(),
          quoted: z
            .object({
              database: z.array(z.boolean().nullable()),
              userName: z.array(z.boolean().nullable()),
              address: z.boolean(),
            })
            .optional(),
          type: z.string().nullable(),
          database: z.array(z.string()).nullable(),
          userName: z.array(z.string()).nullable(),
          address: z.string().nullable(),
          netmask: z.string().nullable(),
          authMethod: z.string().nullable(),
          options: z.array(z.string()).nullable(),
          error: z.string().nullable(),
        }),
      ),
    ),
    memberships: z.array(z.string()),
    serverAddress: z.string().optional(),
    files: readSchema(
      z.object({
        loadedAt: z.string(),
        files: z.array(z.object({ path: z.string(), modifiedAt: z.string(), newerThanLoaded: z.boolean() })),
      }),
    ),
  }),
);
