import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { readRoleDependencies } from "../../access/read-role-dependencies";
import { UserError } from "../../errors";
import { connectionProblem } from "../../postgres/connection-problem";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession, type Session } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { printable } from "../../printable";
import type { Properties, Provider } from "../provider";
import { log } from "../runtime/engine-log";
import { hideStackTrace } from "../runtime/hide-stack-trace";
import { inputFailures } from "../runtime/input-failures";
import { rejectRefusedAdmin } from "../source/refused-admin";
import { adminSchema, nameSchema, roleSchema, runnerConnection, sourceSchema } from "../source/source-inputs";
import { handOver } from "./hand-over";
import { revokeLateGrants } from "./revoke-late-grants";
import { describeDependencies } from "./role-dependencies";

/** The inputs of the RoleCleanup resource as they come over the wire. */
const roleCleanupSchema = z.object({
  source: sourceSchema,
  admin: adminSchema,
  role: roleSchema
    .pick({ name: true })
    .extend({ create: z.boolean().default(true), replaced: z.boolean().default(false) }),
  schemas: z.array(nameSchema),
});
type RoleCleanupInputs = z.output<typeof roleCleanupSchema>;

/**
 * Makes the provider of the RoleCleanup resource.
 *
 * @param print - takes text for the user; stdout is shown live under the stack, unmasked
 */
export function createRoleCleanupProvider(print: (text: string) => void): Provider {
  const printLines = (lines: readonly string[]) => {
    if (lines.length > 0) print(lines.map(printable).join("\n"));
  };
  return {
    async check(_olds, news) {
      return { inputs: news, failures: inputFailures(roleCleanupSchema, news) };
    },

    async diff(_id, olds, news) {
      // Never replaced: a replacement ends with a deletion, which would clean up a role that stays.
      return { changes: !isDeepStrictEqual(recordedOf(olds), recordedOf(news)) };
    },

    async create(properties) {
      const { source, role } = roleCleanupSchema.parse(properties);
      return { id: `${source.host}:${source.port}/${source.database}/${role.name}`, outs: properties };
    },

    async read(id, props) {
      return { id, props };
    },

    async update(_id, olds, news) {
      const inputs = roleCleanupSchema.parse(news);
      const { role } = inputs;
      const recorded = roleCleanupSchema.safeParse(olds).data;
      await rejectRefusedAdmin(recorded, inputs);
      const before = recorded?.role;
      // Only a role that this program created will be dropped.
      if (before?.replaced === true && role.replaced && before.name !== role.name) {
        const lines = await hideStackTrace(() =>
          onSource(inputs, (session) =>
            handOver(session, placeOf(inputs), before.name, role.name, inputs.schemas),
          ),
        );
        printLines(lines ?? []);
      }
      return { outs: news };
    },

    async delete(_id, props) {
      const lines = await hideStackTrace(() => cleanUp(roleCleanupSchema.parse(props)));
      printLines(lines);
    },
  };
}

/** The provider of the RoleCleanup resource, as deployments use it. */
export const roleCleanupProvider: Provider = createRoleCleanupProvider(log);

/** The inputs in the state, as plain JSON. */
function recordedOf({ source, admin, role, schemas }: Properties): unknown {
  return JSON.parse(JSON.stringify({ source, admin, role, schemas }));
}

/** @returns lines to print */
async function cleanUp(inputs: RoleCleanupInputs): Promise<string[]> {
  const { admin, role, schemas } = inputs;
  const place = placeOf(inputs);
  const lines = await onSource(inputs, async (session) => {
    if ((await readRoleDependencies(session, role.name)) === undefined) return [];
    const refused = await revokeLateGrants(session, place, role.name, schemas);
    const remains = role.create ? await readRoleDependencies(session, role.name) : undefined;
    return [
      ...refused,
      ...(remains === undefined ? [] : describeDependencies(role.name, admin.user, place, remains)),
    ];
  });
  return lines ?? [];
}

/** What lines call the source, because a program can have several. */
function placeOf({ source, admin }: RoleCleanupInputs): string {
  const { host, port, database } = runnerConnection(source, admin, admin);
  return `${database} at ${host}:${port}`;
}

/** @returns undefined if the database no longer exists, and with it everything in it */
async function onSource<T>(
  inputs: RoleCleanupInputs,
  work: (session: Session) => Promise<T>,
): Promise<T | undefined> {
  const settings = runnerConnection(inputs.source, inputs.admin, inputs.admin);
  let session: Session | undefined;
  try {
    session = await openSession(settings, {
      applicationName: "pulumi-ardent",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 30_000,
      lockTimeoutMs: 5_000,
    });
    return await work(session);
  } catch (error) {
    const state = sqlState(error);
    if (state === SqlState.invalidCatalogName) return undefined;
    // An error of the server about a statement does not mean that it cannot be reached.
    if (session !== undefined && state !== undefined) throw error;
    throw notReached(error, settings, inputs.role.name);
  } finally {
    await session?.close();
  }
}

function notReached(error: unknown, settings: ConnectionSettings, role: string): unknown {
  const problem = connectionProblem(error, settings);
  if (problem === undefined) return error;
  return new UserError(
    `Could not check whether role "${role}" still holds grants in ${settings.database}`,
    [
      problem,
      {
        what: "the role is kept until this has been checked",
        fix: "run it again when the source can be reached; if the source no longer exists, remove this resource from the state with `pulumi state delete`",
      },
    ],
    { cause: error },
  );
}
