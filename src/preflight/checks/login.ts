import { REFUSED_CREDENTIALS, SqlState } from "../../postgres/sqlstate";
import type { Finding, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass, skippedFor } from "../check/verdict";
import type { LoginAttempt } from "../facts/connection";
import { valueIfRead } from "../facts/evidence";
import { type HbaInput, predictHba } from "../judge/hba/hba-prediction";

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
  alsoReads: ["roleLogin", "access", "hba", "server"],
  judge: ({ adminLogin, roleLogin, ...input }) => {
    if (adminLogin.outcome === "refused") {
      const verdict = refused(input, adminLogin);
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
  return refused(input, refusal);
}

function refused({ request }: HbaInput, { user, code, problem }: Refusal) {
  const finding: Finding = {
    object: `role ${user}`,
    ...(problem.current === undefined ? {} : { current: problem.current }),
    ...(problem.object === undefined ? {} : { where: problem.object }),
  };
  const isOfProgram = code === SqlState.invalidCatalogName && request.deployer !== undefined;
  const otherwise = isOfProgram ? "; if this program creates it, pass its name as an Output: db.name" : "";
  return fail(problem.what, [finding], {
    text: `${problem.fix ?? `Look up ${code} in the server's log.`}${otherwise}`,
  });
}
