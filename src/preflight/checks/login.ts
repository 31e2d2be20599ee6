import { SqlState } from "../../postgres/sqlstate";
import type { Check, CheckInput, Finding, Verdict } from "../check/check";
import { fail, notRead, pass, skippedFor } from "../check/verdict";
import type { LoginAttempt } from "../facts/connection";
import { predictHba } from "../judge/hba/hba-prediction";

type Refusal = Extract<LoginAttempt, { outcome: "refused" }>;

/**
 * The logins that were tried from here: the admin's, without which nothing can be read, and the role's. Ardent
 * comes from elsewhere: a runner that pg_hba.conf refuses is no failure where it lets the egress IP in.
 */
export const login: Check = {
  id: "login",
  category: "connection",
  title: "the role logs in",
  severity: "error",
  run: (input) => {
    const { admin, role } = input.facts.connection;
    if (admin.kind !== "read") return notRead(admin);
    if (admin.value.outcome === "refused") return refused(admin.value);
    if (role.kind !== "read") return notRead(role);
    if (role.value.outcome === "accepted") return pass(role.value.user);
    return judgeRefusal(input, role.value);
  },
};

function judgeRefusal(input: CheckInput, refusal: Refusal): Verdict {
  const { access } = input.facts;
  if (refusal.code === SqlState.invalidAuthorizationSpecification) {
    if (access.kind === "read" && access.value.role?.login === false) return skippedFor("role-login");
    const prediction = predictHba(input, "sql");
    if (prediction.kind === "read" && ["accepted", "trusted"].includes(prediction.value.kind))
      return pass(`not from here, but pg_hba.conf lets ${input.request.egressIp} in`);
  }
  // CONNECT may have been granted since, or will be by this deployment.
  if (
    refusal.code === SqlState.insufficientPrivilege &&
    access.kind === "read" &&
    access.value.database.connect
  )
    return pass();
  return refused(refusal);
}

function refused({ user, code, problem }: Refusal): Verdict {
  const finding: Finding = {
    object: `role ${user}`,
    ...(problem.current === undefined ? {} : { current: problem.current }),
    ...(problem.object === undefined ? {} : { where: problem.object }),
  };
  return fail(problem.what, [finding], { text: problem.fix ?? `Look up ${code} in the server's log.` });
}
