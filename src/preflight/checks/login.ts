import { REFUSED_CREDENTIALS, SqlState } from "../../postgres/sqlstate";
import type { Finding, Fix, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass, skippedFor } from "../check/verdict";
import type { LoginAttempt } from "../facts/connection";
import { valueIfRead } from "../facts/evidence";
import { pgstreamSlotName } from "../facts/replication-artifacts";
import type { ServerIdentity } from "../facts/server-identity";
import { clusterChange } from "../judge/cluster-change";
import { type HbaInput, predictHba } from "../judge/hba/hba-prediction";
import { KEEPS_NAME } from "../judge/renamed-database";

type Refusal = Extract<LoginAttempt, { outcome: "refused" }>;

/**
 * The logins that were tried from this machine: the admin's, without which nothing can be read, and the role's. Ardent
 * connects from another address: if pg_hba.conf rejects this machine but allows the egress IP, that is no failure.
 */
export const login = defineCheck({
  id: "login",
  category: "connection",
  title: "the role can log in",
  severity: "error",
  reads: ["adminLogin"],
  alsoReads: ["roleLogin", "access", "hba", "server", "identity"],
  judge: ({ adminLogin, roleLogin, identity, ...input }) => {
    if (adminLogin.outcome === "refused") {
      if (adminLogin.code === SqlState.invalidCatalogName)
        return missingDatabase(input, adminLogin, valueIfRead(identity));
      const verdict = refused(adminLogin);
      return REFUSED_CREDENTIALS.has(adminLogin.code) ? { ...verdict, refused: true } : verdict;
    }
    return judgeRead(roleLogin, (login) =>
      login.outcome === "accepted" ? pass(login.user) : judgeRefusal(input, login),
    );
  },
});

function judgeRefusal(input: HbaInput, refusal: Refusal): Verdict {
  const access = valueIfRead(input.access);
  if (refusal.code === SqlState.invalidAuthorizationSpecification) {
    if (access?.role?.login === false) return skippedFor("role-login");
    const prediction = valueIfRead(predictHba(input, "sql"));
    if (prediction !== undefined && ["accepted", "trusted"].includes(prediction.kind))
      return pass(`not from this machine, but pg_hba.conf allows ${input.request.egressIp}`);
  }
  // CONNECT may have been granted since then, or this deployment will grant it.
  if (refusal.code === SqlState.insufficientPrivilege && access?.database.connect) return pass();
  return refused(refusal);
}

function refused(refusal: Refusal): Extract<Verdict, { kind: "fail" }> {
  const { code, problem } = refusal;
  return fail(problem.what, [findingOf(refusal)], {
    text: problem.fix ?? `Look up ${code} in the server's log.`,
  });
}

/** What became of a database that was deployed is told by the cluster and by Ardent's slot, whose name stays. */
function missingDatabase(
  { request, server }: HbaInput,
  refusal: Refusal,
  now: ServerIdentity | undefined,
): Verdict {
  const { recordedServer, deployer, source } = request;
  const { problem } = refusal;
  const failed = (what: string, fix: Pick<Fix, "text">) => fail(what, [findingOf(refusal)], fix);
  if (recordedServer === undefined) {
    const otherwise =
      deployer === undefined ? "" : "; if this program creates it, pass its name as an Output: db.name";
    return failed(problem.what, { text: `${problem.fix ?? ""}${otherwise}` });
  }
  const name = pgstreamSlotName(source.database);
  const renamed = valueIfRead(server)?.slots.find((slot) => slot.name === name)?.database;
  if (renamed !== undefined)
    return failed(`${problem.what} any more: it was renamed to "${renamed}"`, { text: KEEPS_NAME });
  const because = clusterChange(recordedServer, now);
  if (because !== undefined)
    return failed(`${problem.what}: ${because}`, {
      text: "If the address is wrong, correct it. If this server has replaced the other, restore the database here, then: `pulumi up --refresh`",
    });
  return failed(`${problem.what} any more`, {
    text:
      "Restore it under this name, then: `pulumi up --refresh`. To remove this source instead: create an empty database " +
      "with this name, because @pulumi/postgresql connects to it, then run `pulumi destroy --refresh`",
  });
}

function findingOf({ user, problem }: Refusal): Finding {
  return {
    object: `role ${user}`,
    ...(problem.current === undefined ? {} : { current: problem.current }),
    ...(problem.object === undefined ? {} : { where: problem.object }),
  };
}
