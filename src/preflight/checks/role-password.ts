import { quoteIdentifier } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import type { Check, CheckInput, Verdict } from "../check";
import type { RoleFacts } from "../facts/role";
import { predictHba } from "../hba-prediction";
import { fail, notRead, pass } from "../verdict";

/** Ardent logs in from elsewhere, so that a login from here proves little: the stored password is looked at. */
export const rolePassword: Check = {
  id: "role-password",
  category: "role",
  title: "the role's password works",
  severity: "error",
  requires: ["role-exists"],
  run: (input) => {
    const { role } = input.facts;
    if (role.kind !== "read") return notRead(role);
    const { attributes } = role.value;
    if (attributes === undefined) return { kind: "skipped", message: "needs role-exists" };
    if (attributes.expired) return expired(role.value, attributes.validUntil);
    return judgeStored(input, role.value);
  },
};

function judgeStored(input: CheckInput, role: RoleFacts): Verdict {
  const { storedAs, matches } = role.password;
  switch (storedAs) {
    case "none":
      return unusable(role, "has no password", "none");
    case "md5":
      return judgeMd5(input, role);
    case "scram-sha-256":
      if (matches === false)
        return unusable(role, "has another password than the one given", "not the one given");
      return pass(
        matches === undefined
          ? "SCRAM; not compared: no password was given, or it has more than 100,000 iterations"
          : "SCRAM, the one given",
      );
    case "unreadable": {
      const login = input.facts.connection.role;
      return login.kind === "read" && login.value.outcome === "accepted"
        ? pass("it logs in from here")
        : { kind: "skipped", message: "only a superuser can see how the password is stored" };
    }
  }
}

/** A scram-sha-256 line needs the SCRAM verifier; an md5 line takes either. */
function judgeMd5(input: CheckInput, role: RoleFacts): Verdict {
  const prediction = predictHba(input, "sql");
  const line =
    prediction.kind === "read" && prediction.value.kind === "accepted" ? prediction.value : undefined;
  if (line === undefined) return pass("stored as md5, which a scram-sha-256 line of pg_hba.conf refuses");
  if (line.method !== "scram-sha-256") return pass(`stored as md5, which ${line.rule.where} takes`);
  return unusable(
    role,
    `has an md5 password, which the scram-sha-256 line ${line.rule.where} refuses`,
    "stored as md5",
    "stored as SCRAM",
    [sql`SET password_encryption = 'scram-sha-256';`],
  );
}

function unusable(
  role: RoleFacts,
  what: string,
  current: string,
  needed = "the one that Ardent is given",
  statements: readonly Sql[] = [],
): Verdict {
  return fail(
    `role ${role.name} ${what}`,
    [{ object: `password of role ${role.name}`, current, needed, where: "pg_authid.rolpassword" }],
    {
      // psql's \password sends a verifier; ALTER ROLE … PASSWORD would put the password into the server's log.
      text: `Set the password in psql${statements.length > 0 ? ", after the statement below" : ""}: \\password ${quoteIdentifier(role.name)}`,
      sql: statements,
    },
  );
}

function expired(role: RoleFacts, validUntil: string | undefined): Verdict {
  return fail(
    `the password of role ${role.name} has expired`,
    [
      {
        object: `password of role ${role.name}`,
        ...(validUntil === undefined ? {} : { current: `valid until ${validUntil}` }),
        needed: "a date to come, or infinity",
        where: "pg_roles.rolvaliduntil",
      },
    ],
    {
      text: "Lift the date, or set one in the future:",
      sql: [sql`ALTER ROLE ${quoteIdentifier(role.name)} VALID UNTIL 'infinity';`],
    },
  );
}
