import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Verdict } from "../check/check";
import { defineCheck, type JudgeInput } from "../check/define-check";
import { fail, pass, skippedFor } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import type { RoleFacts } from "../facts/role";
import { counted } from "../judge/counted";
import { hasLineForMd5, predictHba } from "../judge/hba/hba-prediction";

/** A warning a quarter ahead leaves time to plan a new password; otherwise replication stops on that day. */
const SOON_DAYS = 90;

/** Ardent logs in from another address, so a login from here proves little: the stored password is compared. */
export const rolePassword = defineCheck({
  id: "role-password",
  category: "role",
  title: "the role's password works",
  severity: "error",
  requires: ["role-exists"],
  inputs: ["role.password"],
  reads: ["role"],
  alsoReads: ["roleLogin", "hba", "server"],
  judge: ({ role, ...input }) => {
    const { attributes } = role;
    if (attributes === undefined) return skippedFor("role-exists");
    if (attributes.expired) return expired(role, attributes.validUntil);
    const verdict = judgeStored(input, role);
    const { daysLeft } = attributes;
    if (verdict.kind !== "pass" || daysLeft === undefined || daysLeft >= SOON_DAYS) return verdict;
    return expiresSoon(role, attributes.validUntil, daysLeft);
  },
});

/** The facts that decide whether a stored password works. */
type StoredInput = JudgeInput<never, "roleLogin" | "hba" | "server">;

function judgeStored(input: StoredInput, role: RoleFacts): Verdict {
  const { storedAs, matches } = role.password;
  switch (storedAs) {
    case "none":
      return unusable(role, "has no password", "none");
    case "md5":
      return judgeMd5(input, role);
    case "scram-sha-256":
      if (matches === false)
        return unusable(role, "has a different password than the one given", "not the one given");
      return pass(
        matches === undefined
          ? "SCRAM; not compared, because no password was given or it has more than 100,000 iterations"
          : "SCRAM, the one given",
      );
    case "unreadable": {
      return valueIfRead(input.roleLogin)?.outcome === "accepted"
        ? pass("the role logs in from this machine")
        : { kind: "skipped", message: "only a superuser can see how the password is stored" };
    }
  }
}

/** A scram-sha-256 line needs the SCRAM verifier; an md5 line takes either. */
function judgeMd5(input: StoredInput, role: RoleFacts): Verdict {
  const prediction = predictHba(input, "sql");
  if (prediction.kind === "read" && prediction.value.kind === "accepted") {
    const { method, rule } = prediction.value;
    if (method !== "scram-sha-256") return pass(`stored as md5, which ${rule.where} accepts`);
    return storedAsMd5(
      role,
      `has an md5 password, which the scram-sha-256 line ${rule.where} rejects`,
      rule.where,
    );
  }
  const line = hasLineForMd5(input);
  if (line.kind === "read" && line.value) return pass("stored as md5; works only with an md5 line");
  if (line.kind === "read")
    return storedAsMd5(
      role,
      "has an md5 password, but no line of pg_hba.conf for this role and database accepts one",
    );
  return {
    ...storedAsMd5(role, "has an md5 password, which every scram-sha-256 line of pg_hba.conf rejects"),
    severity: "warning",
  };
}

function storedAsMd5(role: RoleFacts, what: string, where = "pg_authid.rolpassword") {
  return fail(
    `role ${role.name} ${what}`,
    [
      {
        object: `password of role ${role.name}`,
        current: "stored as md5",
        needed: "stored as scram-sha-256",
        where,
      },
    ],
    // Both belong in one session, and the second is not SQL: in a script neither would have an effect.
    {
      text: `Set the password again, both commands in one psql session:\nSET password_encryption = 'scram-sha-256';\n\\password ${quoteIdentifier(role.name)}`,
    },
  );
}

function unusable(role: RoleFacts, what: string, current: string): Verdict {
  return fail(
    `role ${role.name} ${what}`,
    [
      {
        object: `password of role ${role.name}`,
        current,
        needed: "the password that Ardent is given",
        where: "pg_authid.rolpassword",
      },
    ],
    // psql's \password sends a verifier; ALTER ROLE … PASSWORD could write the password to the server's log.
    { text: `Set the password in psql: \\password ${quoteIdentifier(role.name)}` },
  );
}

function expired(role: RoleFacts, validUntil: string | undefined) {
  return failValidUntil(role, validUntil, `the password of role ${role.name} has expired`);
}

function expiresSoon(role: RoleFacts, validUntil: string | undefined, daysLeft: number): Verdict {
  const when = daysLeft === 0 ? "within a day" : `in ${counted(daysLeft, "day")}`;
  return {
    ...failValidUntil(role, validUntil, `the password of role ${role.name} expires ${when}`),
    severity: "warning",
  };
}

function failValidUntil(role: RoleFacts, validUntil: string | undefined, message: string) {
  return fail(
    message,
    [
      {
        object: `password of role ${role.name}`,
        ...(validUntil === undefined ? {} : { current: `valid until ${validUntil}` }),
        needed: `a date more than ${SOON_DAYS} days from now, or infinity`,
        where: "pg_roles.rolvaliduntil",
      },
    ],
    {
      text: "Remove the expiry date, or set one in the future:",
      sql: [sql`ALTER ROLE ${quoteIdentifier(role.name)} VALID UNTIL 'infinity';`],
      choice: "The password then never expires.",
    },
  );
}
