// Makes pg_hba.conf files and the logins that are tried on them.
import fc from "fast-check";
import type { Login } from "./first-answer";

/** Members: bob of grp, dave of outer_grp and so of grp, alice of none; erin is a superuser and a member of none. */
export const ROLES = ["alice", "bob", "dave", "erin", "one"] as const;

/** Statements that make them. */
export const MAKE_ROLES = [
  "CREATE ROLE grp",
  "CREATE ROLE outer_grp IN ROLE grp",
  "CREATE ROLE alice LOGIN REPLICATION",
  "CREATE ROLE bob LOGIN REPLICATION IN ROLE grp",
  "CREATE ROLE dave LOGIN REPLICATION NOINHERIT IN ROLE outer_grp",
  "CREATE ROLE erin LOGIN SUPERUSER",
  "CREATE ROLE one LOGIN REPLICATION IN ROLE bob",
];

/** One of them has the name of a keyword. They need not exist: pg_hba.conf is asked before. */
const DATABASES = ["alice", "bob", "grp", "one", "two", "Two", "replication", "all", "sameuser"];
const ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.0.1.1", "127.77.0.9"];

/** A file, the file that it includes (16 on), the names that `@names` stands for, and who logs in. */
export interface HbaCase {
  readonly lines: readonly string[];
  readonly included: readonly string[];
  readonly names: readonly string[];
  readonly logins: readonly Login[];
}

function oneOrMore(token: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const few = fc.array(token, { minLength: 1, maxLength: 3 });
  return fc.tuple(few, fc.constantFrom(",", ", ")).map(([tokens, comma]) => tokens.join(comma));
}

/** Regular expressions are one token each; before 16 they are names, and match nothing here. */
const EXPRESSIONS = [
  "/o",
  "/^one$",
  "/e$",
  "/^(alice|two)$",
  '"/^.{3}$"',
  '"/^[a-d],?"',
  "/^two?|bob",
  "/^[^a]",
  "/^([a-z]+)+$",
];

const database = oneOrMore(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant("all") },
    { weight: 5, arbitrary: fc.constantFrom(...DATABASES, '"one"', '"Two"', "nobody") },
    { weight: 3, arbitrary: fc.constantFrom("sameuser", "samerole", "samegroup", "replication") },
    { weight: 2, arbitrary: fc.constantFrom('"all"', '"sameuser"', '"samerole"', '"replication"') },
    { weight: 1, arbitrary: fc.constant("@names") },
    { weight: 2, arbitrary: fc.constantFrom(...EXPRESSIONS) },
  ),
);

const user = oneOrMore(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("all") },
    { weight: 4, arbitrary: fc.constantFrom(...ROLES, '"bob"', "Bob", "grp", "nobody") },
    { weight: 3, arbitrary: fc.constantFrom("+grp", "+outer_grp", "+bob", "+alice", "+erin", "+nobody") },
    { weight: 2, arbitrary: fc.constantFrom('"all"', '"+grp"', '"+bob"') },
    { weight: 1, arbitrary: fc.constant("@names") },
    { weight: 2, arbitrary: fc.constantFrom(...EXPRESSIONS) },
  ),
);

const network = fc.constantFrom(...ADDRESSES, "127.0.0.3", "127.0.0.0", "127.0.1.0", "10.0.0.1", "0.0.0.0");
const address = fc.oneof(
  { weight: 10, arbitrary: fc.constant("all") },
  {
    weight: 20,
    arbitrary: fc
      .tuple(network, fc.constantFrom(0, 1, 8, 9, 16, 23, 24, 29, 30, 31, 32))
      .map(([net, bits]) => `${net}/${bits}`),
  },
  {
    weight: 10,
    arbitrary: fc
      .tuple(
        network,
        fc.constantFrom(
          "255.255.255.255",
          "255.255.255.252",
          "255.255.0.0",
          "255.0.255.0",
          "0.0.0.255",
          "0.0.0.0",
        ),
      )
      .map((columns) => columns.join(" ")),
  },
  { weight: 2, arbitrary: fc.constantFrom("::/0", "::1/128", "::1 ffff::", "::ffff:127.0.0.1/128") },
  { weight: 1, arbitrary: fc.constantFrom("samehost", "samenet", "localhost") },
);

/** Stands for a blank where a line may be continued on the next one (14 and newer). */
export const MAY_CONTINUE = "\v";

const line = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(
        fc.constantFrom("host", "host", "hostssl", "hostnossl", "hostnogssenc"),
        database,
        user,
        address,
        fc.constantFrom("trust", "reject", "md5", "scram-sha-256", "password"),
      )
      .chain((columns) =>
        fc.constantFrom("\t", "\t", "\t", MAY_CONTINUE).map((blank) => columns.join(blank)),
      ),
  },
  { weight: 2, arbitrary: fc.constantFrom("", "# host all all all trust", "local all all trust") },
);

const login: fc.Arbitrary<Login> = fc.record({
  kind: fc.constantFrom("sql", "sql", "replication-database", "replication"),
  database: fc.constantFrom(...DATABASES),
  role: fc.constantFrom(...ROLES),
  address: fc.constantFrom(...ADDRESSES),
  tls: fc.constantFrom(true, false, false),
});

/** The same cases for the same seed. */
export function hbaCases(seed: number, files: number, loginsPerFile: number): HbaCase[] {
  const cases = fc.record({
    lines: fc.array(line, { minLength: 3, maxLength: 14 }),
    included: fc.array(line, { maxLength: 2 }),
    names: fc.uniqueArray(fc.constantFrom(...DATABASES, ...ROLES), { minLength: 1, maxLength: 3 }),
    logins: fc.array(login, { minLength: loginsPerFile, maxLength: loginsPerFile }),
  });
  return fc.sample(cases, { seed, numRuns: files });
}
