import type { Change } from "../../src/review/changes/change";
import { changesOf } from "../../src/review/changes/changes";
import { plainPhrase } from "../../src/review/phrase";
import type { Preview } from "../../src/review/read/preview";
import { readPreview } from "../../src/review/read/read-preview";
import { RULES } from "../../src/review/rules/catalog";

/** A step of a digest, with the inputs of the resource before and after. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name?: string;
  readonly before?: object;
  readonly after?: object;
  readonly changed?: readonly string[];
  readonly parent?: string;
  readonly line?: string;
  readonly retained?: boolean;
}

/** The types of `@pulumi/postgresql` and of this package. */
export const TYPE = {
  role: "postgresql:index/role:Role",
  grant: "postgresql:index/grant:Grant",
  defaults: "postgresql:index/defaultPrivileges:DefaultPrivileges",
  grantRole: "postgresql:index/grantRole:GrantRole",
  schema: "postgresql:index/schema:Schema",
  database: "postgresql:index/database:Database",
  provider: "pulumi:providers:postgresql",
  source: "ardent:index:PostgresSource",
  connector: "pulumi-nodejs:dynamic/ardent:Connector",
  preflight: "pulumi-nodejs:dynamic/ardent:Preflight",
} as const;

export const STACK = "urn:pulumi:prod::infra::";

/** The text of `pulumi preview --json` for these steps. */
export function digestText(steps: readonly Step[], more: object = {}): string {
  return JSON.stringify({
    config: {},
    steps: steps.map(({ op, type, name = "it", before, after, changed, parent, line, retained }) => {
      // A chain of types has the resource's own at the end.
      const state = (inputs: object) => ({
        type: type.replace(/.*\$/, ""),
        inputs,
        outputs: {},
        ...(parent === undefined ? {} : { parent: STACK + parent }),
        ...(line === undefined ? {} : { sourcePosition: line }),
        ...(retained ? { retainOnDelete: true } : {}),
      });
      return {
        op,
        urn: `${STACK}${type}::${name}`,
        ...(before === undefined ? {} : { oldState: state(before) }),
        ...(after === undefined ? {} : { newState: state(after) }),
        ...(changed === undefined ? {} : { diffReasons: changed }),
        detailedDiff: null,
      };
    }),
    diagnostics: [],
    duration: 1,
    changeSummary: {},
    ...more,
  });
}

/** The preview with these steps. */
export function previewOf(steps: readonly Step[], more: object = {}): Preview {
  const preview = readPreview(digestText(steps, more));
  if (preview === undefined) throw new Error("this is no digest");
  return preview;
}

/** What changes in these steps. */
export function changesIn(steps: readonly Step[]): readonly Change[] {
  return changesOf(previewOf(steps).steps);
}

/** What one rule finds in these steps. */
export function found(rule: string, steps: readonly Step[]): string[] {
  const { judge } = RULES.find(({ id }) => id === rule) ?? {};
  if (judge === undefined) throw new Error(`there is no rule ${rule}`);
  const changes = changesIn(steps);
  return changes.flatMap((change) => {
    const text = judge(change, changes);
    return text === undefined ? [] : [plainPhrase(text)];
  });
}

/** The inputs of a grant of SELECT on all tables of a schema, with other ones. */
export function selectOn(changed: object = {}): object {
  return {
    role: "reader",
    database: "shop",
    schema: "public",
    objectType: "table",
    privileges: ["SELECT"],
    ...changed,
  };
}

/** The arguments of a PostgresSource, with other ones. */
export function sourceArgs(changed: object = {}): object {
  return {
    host: "db.example.com",
    database: "shop",
    admin: { user: "postgres" },
    role: { name: "ardent" },
    schemas: { public: {} },
    connector: { projectId: "prj" },
    ...changed,
  };
}
