import type { ConnectionSettings } from "../postgres/connection-settings";
import { defaultSslMode, isCleartext } from "../postgres/ssl-mode";
import { tableKey } from "../preflight/facts/table-key";
import { countWithoutIdentity } from "../preflight/facts/tables";
import { counted } from "../preflight/judge/counted";
import { IDENTITY_PROBLEM_TEXTS } from "../preflight/judge/identity-problem-texts";
import { printableJson } from "../printable-text";
import { ReplicaIdentityDecision } from "../replica-identity-decision";
import { schemasWithOwners } from "./schema-owners";
import type { SourceFacts } from "./source-facts";

/** Where the source is, and which role Ardent is to log in as. */
export interface Wanted {
  readonly settings: Pick<ConnectionSettings, "host" | "port" | "database" | "user" | "sslMode">;
  readonly role: string;
}

/**
 * Writes a program that connects a source as it is: with its schemas and owners, the role, and a decision for each table
 * that needs one. What only a person knows is a TODO, or a value of the stack's configuration.
 */
export function writeProgram(facts: SourceFacts, { settings, role }: Wanted): string {
  const { host, port, database, user, sslMode } = settings;
  const password = (key: string) => `password: config.requireSecret("${key}")`;
  return `import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";

const config = new pulumi.Config();

const source = new ardent.PostgresSource(${text(database)}, {
${indented([
  "// The address that Ardent connects to. If this machine uses another one, add `host` and `port` to `admin`.",
  `host: ${text(host)},`,
  ...(port === 5432 ? [] : [`port: ${port},`]),
  `database: ${text(database)},`,
  ...(sslMode === defaultSslMode(host) ? [] : [`sslMode: ${text(sslMode)},`]),
  ...(isCleartext(settings) ? ["allowCleartext: true,"] : []),
  ...(sslMode.startsWith("verify")
    ? ["// TODO: `caFile`, if no public authority signed the certificate."]
    : []),
  `admin: { user: ${text(user)}, ${password("adminPassword")} },`,
  ...roleLines(facts.role, `name: ${text(role)}, ${password("ardentPassword")}`),
  ...schemaLines(facts),
  ...identityLines(facts.tables),
  "// The IPv4 address that Ardent connects from: without it pg_hba.conf is not checked.",
  `egressIp: config.get("egressIp"),`,
  `connector: { projectId: config.require("projectId") },`,
])}
});

export const connectorId = source.connectorId;
`;
}

function roleLines(role: SourceFacts["role"], args: string): string[] {
  if (role === undefined)
    return ["// This program creates the role. Ardent currently needs a superuser.", `role: { ${args} },`];
  return [
    "// The role exists: this program does not create, alter or drop it.",
    ...(role.superuser
      ? []
      : [
          "// TODO: it is not a superuser, which Ardent currently needs: ALTER ROLE … SUPERUSER, as a superuser.",
        ]),
    `role: { ${args}, create: false },`,
  ];
}

function schemaLines(facts: SourceFacts): string[] {
  const schemas = schemasWithOwners(facts);
  const idle = [...new Set(schemas.flatMap((schema) => schema.idle))];
  return [
    "// Each schema with the roles that create tables in it.",
    "schemas: {",
    ...indentedLines(schemas.map(({ schema, owners }) => `${key(schema)}: { owners: ${list(owners)} },`)),
    "},",
    ...(idle.length === 0
      ? []
      : [
          "// They can create tables, and own none. Move those that will create some to `owners`.",
          `ignoreOwners: ${list(idle)},`,
        ]),
  ];
}

function identityLines(tables: SourceFacts["tables"]): string[] {
  const { tablesWithoutIdentity } = tables;
  if (tablesWithoutIdentity.length === 0) return [];
  const decisions = new Map(
    tablesWithoutIdentity.map((table) => [tableKey(table), IDENTITY_PROBLEM_TEXTS[table.problem]]),
  );
  const more = countWithoutIdentity(tables) - tablesWithoutIdentity.length;
  return [
    "// Tables whose UPDATE and DELETE cannot be replicated as they are.",
    `// TODO: decide for each: ${Object.values(ReplicaIdentityDecision).map(text).join(", ")}; or give it a primary key.`,
    "replicaIdentity: {",
    ...indentedLines(
      [...decisions].map(
        ([table, problem]) => `${key(table)}: ${text(ReplicaIdentityDecision.Exclude)}, // ${problem}`,
      ),
    ),
    ...(more > 0 ? indentedLines([`// TODO: ${counted(more, "more table")}: the preview lists them.`]) : []),
    "},",
  ];
}

/** A string literal: what a database says cannot leave it. */
function text(value: string): string {
  return printableJson(value);
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

function key(name: string): string {
  // As a plain key it would set the prototype of the object.
  if (name === "__proto__") return `[${text(name)}]`;
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : text(name);
}

function indentedLines(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function indented(lines: readonly string[]): string {
  return indentedLines(lines).join("\n");
}
