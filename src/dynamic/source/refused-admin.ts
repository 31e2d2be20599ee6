import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../errors";
import { connectionProblem } from "../../postgres/connection-problem";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { networkCode, REFUSED_CREDENTIALS, sqlState } from "../../postgres/sqlstate";
import { withBriefSession } from "./brief-session";
import { type AdminInputs, runnerConnection, type SourceInputs } from "./source-inputs";

/** A source, and who reads it. */
interface Login {
  readonly source: SourceInputs;
  readonly admin: AdminInputs;
}

/**
 * Rejects an admin's changed login that the server does not accept. Recorded, it would be what `pulumi destroy` logs in
 * with. A server that cannot be reached says nothing about a login.
 *
 * @param recorded - what the state has; undefined when it cannot be read
 * @throws UserError
 */
export async function rejectRefusedAdmin(recorded: Login | undefined, inputs: Login): Promise<void> {
  if (recorded === undefined || !isOtherLogin(recorded, inputs)) return;
  const settings = connectionOf(inputs);
  try {
    await withBriefSession(settings, async () => {});
  } catch (error) {
    const problem = isRefusal(error) ? connectionProblem(error, settings) : undefined;
    if (problem === undefined) return;
    throw new UserError(
      "The admin's login was changed, and the server does not accept the new one; it is not recorded",
      [problem],
    );
  }
}

/** Whether the admin's login differs: the user, the password or the way to the server. */
export function isOtherLogin(recorded: Login, inputs: Login): boolean {
  return !isDeepStrictEqual(connectionOf(recorded), connectionOf(inputs));
}

function connectionOf({ source, admin }: Login): ConnectionSettings {
  return runnerConnection(source, admin, admin);
}

/** Whether the server answered, and rejected the user or the password. */
function isRefusal(error: unknown): boolean {
  const code = sqlState(error) ?? networkCode(error);
  return code !== undefined && REFUSED_CREDENTIALS.has(code);
}
