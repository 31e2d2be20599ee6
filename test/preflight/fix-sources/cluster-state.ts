import type { PostgresServer } from "../../support/postgres";

/** What a server is like, by lines that can be compared. */
export interface ClusterState {
  /** pg_dumpall without privileges, slots, event triggers, databases, and what stands in the settings files. */
  readonly lines: readonly string[];
  /** Every single privilege: who has it, on what, from whom. */
  readonly privileges: readonly string[];
}

/**
 * Reads it. Privileges are apart: a dump merges and reorders them, so that one more for one role changes the lines of
 * others.
 */
export async function readClusterState(server: PostgresServer, database: string): Promise<ClusterState> {
  // Settings of the database can make its sessions run as a role that can dump nothing, with short limits.
  const dump = await server.exec([
    ...["pg_dumpall", "--schema-only", "--no-privileges", "--role=postgres"],
    // What is as initdb has left it takes as long to dump as all the rest, and no script connects to it.
    ...["--exclude-database=template1", "--exclude-database=postgres"],
  ]);
  const settings = [
    "role=none",
    "statement_timeout=0",
    ...(server.major >= 17 ? ["transaction_timeout=0"] : []),
  ];
  const at = { database, options: settings.map((setting) => `-c ${setting}`).join(" ") };
  const rows = await server.query<{ line: string }>(LINES, [], at);
  const privileges = await server.query<{ line: string }>(privilegesQuery(server.major), [], at);
  return {
    lines: [...dumpLines(dump, database), ...rows.map(({ line }) => line)],
    privileges: privileges.map(({ line }) => line),
  };
}

/** What has come and what has gone, each line as often as it did. */
export function difference(before: readonly string[], after: readonly string[]) {
  return { added: without(after, before), removed: without(before, after) };
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** The statements of a dump by line, those of other databases with its name. */
function dumpLines(dump: string, ours: string): string[] {
  let database = "";
  return dump.split("\n").flatMap((line) => {
    const [, connected] = /^\\connect (?:-reuse-previous=on )?(.*)$/.exec(line) ?? [];
    if (connected !== undefined) database = connected.includes(ours) ? "" : `${connected}: `;
    // The token of \restrict is another one each time, and a dump connects once more where a database has settings.
    const isStatement = line !== "" && !/^(--|\\|SET (?!default_)|SELECT pg_catalog\.set_config)/.test(line);
    return isStatement ? [`${database}${line}`] : [];
  });
}

const LINES = `
  SELECT concat_ws(' ', 'slot', slot_name, plugin, database, active, restart_lsn, confirmed_flush_lsn) AS line
    FROM pg_replication_slots
  UNION ALL
  SELECT concat_ws(' ', 'event trigger', evtname, evtevent, evtfoid::regproc, evtenabled, evttags::text, evtowner::regrole)
    FROM pg_event_trigger
  UNION ALL
  SELECT concat_ws(' ', 'database', datname, datallowconn, datconnlimit, datdba::regrole) FROM pg_database
  UNION ALL
  SELECT concat_ws(' ', 'setting', name, '=', setting) FROM pg_file_settings`;

/** The catalogs that have privileges: the object, its owner, its ACL, and as what acldefault() knows it. */
const ACLS = [
  ["pg_database", "datdba", "datacl", "'d'"],
  ["pg_namespace", "nspowner", "nspacl", "'n'"],
  ["pg_class", "relowner", "relacl", "CASE relkind WHEN 'S' THEN 's' ELSE 'r' END"],
  ["pg_proc", "proowner", "proacl", "'f'"],
  ["pg_type", "typowner", "typacl", "'T'"],
  ["pg_language", "lanowner", "lanacl", "'l'"],
  ["pg_largeobject_metadata", "lomowner", "lomacl", "'L'"],
  ["pg_foreign_data_wrapper", "fdwowner", "fdwacl", "'F'"],
  ["pg_foreign_server", "srvowner", "srvacl", "'S'"],
  ["pg_tablespace", "spcowner", "spcacl", "'t'"],
] as const;

function privilegesQuery(major: number): string {
  const object = (catalog: string, part = "0") =>
    // Large objects are the one kind that goes by the name of another catalog.
    `pg_describe_object('${catalog === "pg_largeobject_metadata" ? "pg_largeobject" : catalog}'::regclass, o.oid, ${part})`;
  const selects = [
    ...ACLS.map(
      ([catalog, owner, acl, kind]) =>
        `SELECT ${object(catalog)} AS object, coalesce(${acl}, acldefault((${kind})::"char", ${owner})) AS acl FROM ${catalog} o`,
    ),
    `SELECT pg_describe_object('pg_class'::regclass, attrelid, attnum), attacl FROM pg_attribute WHERE attacl IS NOT NULL`,
    `SELECT ${object("pg_default_acl")}, defaclacl FROM pg_default_acl o`,
    ...(major >= 15 ? ["SELECT parname, paracl FROM pg_parameter_acl"] : []),
  ];
  return `
    SELECT format('%s on %s%s to %s by %s', privilege_type, object, CASE WHEN is_grantable THEN ' with grant option' END,
                  CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END, pg_get_userbyid(grantor)) AS line
      FROM (${selects.join(" UNION ALL ")}) o, aclexplode(acl)`;
}
