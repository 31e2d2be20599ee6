import { describe, expect, it } from "vitest";
import { type HbaRule, type HbaSession, matchHba } from "../../src/postgres/hba";

const session: HbaSession = {
  kind: "sql",
  database: "shop",
  role: "ardent",
  memberships: ["readers"],
  address: "203.0.113.7",
  tls: true,
  serverVersionNum: 170011,
};

/** A line as pg_hba_file_rules shows it: type, databases, users, address, netmask, method. */
function rule(line: string): HbaRule {
  const [type = "", database = "", userName = "", ...rest] = line.split(" ");
  const [address = null, netmask = null] = type === "local" ? [] : rest;
  return {
    where: `pg_hba.conf:${line}`,
    type,
    database: database.split(","),
    userName: userName.split(","),
    address,
    netmask: netmask === "-" ? null : netmask,
    authMethod: rest.at(-1) ?? null,
    options: null,
    error: null,
    quoted: { database: [false], userName: [false], address: false },
  };
}

/** The same line, where the file itself could not be read. */
function unseen(line: string): HbaRule {
  const { quoted, ...rest } = rule(line);
  return rest;
}

const ipv4 = "203.0.113.7 255.255.255.255 scram-sha-256";

describe("the deciding line of pg_hba.conf", () => {
  it("is the first that matches, and no match means rejected", () => {
    const reject = rule("host shop ardent 203.0.113.0 255.255.255.0 reject");
    expect(
      matchHba([rule(`host other ardent ${ipv4}`), reject, rule(`host all all ${ipv4}`)], session),
    ).toEqual({
      decision: "match",
      rule: reject,
      method: "reject",
    });
    expect(matchHba([rule(`host other ardent ${ipv4}`)], session)).toEqual({ decision: "none" });
  });

  it.each([
    ["host", true, true],
    ["hostssl", true, false],
    ["hostnossl", false, true],
    ["hostnogssenc", true, true],
    ["hostgssenc", false, false],
    ["local", false, false],
  ])("type %s accepts TLS: %s, plain text: %s", (type, tls, plain) => {
    const rules = [rule(`${type} all all ${ipv4}`)];
    expect(matchHba(rules, session).decision).toBe(tls ? "match" : "none");
    expect(matchHba(rules, { ...session, tls: false }).decision).toBe(plain ? "match" : "none");
  });

  it.each([
    ["all", "match"],
    ["shop", "match"],
    ["Shop", "none"],
    ["a,shop", "match"],
    ["sameuser", "none"],
    ["samerole", "none"],
    ["/^sh", "match"],
    ["/^op", "none"],
    ["/\\ysh", "undecided"],
    ["/(", "undecided"],
  ])("database %s: %s", (database, decision) =>
    expect(matchHba([rule(`host ${database} all ${ipv4}`)], session).decision).toBe(decision),
  );

  it("resolves sameuser and samerole by the role", () => {
    const sameuser = [rule(`host sameuser all ${ipv4}`)];
    const samerole = [rule(`host samerole all ${ipv4}`)];
    expect(matchHba(sameuser, { ...session, role: "shop" }).decision).toBe("match");
    expect(matchHba(samerole, { ...session, role: "shop" }).decision).toBe("match");
    expect(matchHba(samerole, { ...session, database: "readers" }).decision).toBe("match");
  });

  it.each([
    [`host all ardent ${ipv4}`, "none"],
    [`host shop all ${ipv4}`, "none"],
    [`host shop +readers ${ipv4}`, "none"],
    [`host sameuser ardent ${ipv4}`, "none"],
    [`host shop ardent ${ipv4}`, "match"],
    ["host shop ardent all - md5", "undecided"],
  ])("reads a quoted keyword as a name: %s", (line, decision) => {
    const quoted = { database: [true], userName: [true], address: true };
    expect(matchHba([{ ...rule(line), quoted }], session).decision).toBe(decision);
  });

  it("cannot distinguish a keyword from a quoted name if the file could not be read", () => {
    for (const line of [`host all ardent ${ipv4}`, `host shop all ${ipv4}`, `host shop +readers ${ipv4}`])
      expect(matchHba([unseen(line)], session)).toMatchObject({
        decision: "undecided",
        reason: expect.stringContaining("which only a user who may read the file can see"),
        otherwise: { decision: "none" },
      });
    expect(matchHba([unseen(`host shop ardent ${ipv4}`)], session).decision).toBe("match");
    expect(matchHba([unseen(`host replication ardent ${ipv4}`)], session).decision).toBe("none");
  });

  it("does not use a replication line for a session with replication=database, nor for SQL", () => {
    for (const kind of ["sql", "replication-database"] as const) {
      const replication = rule("host replication all 203.0.113.7 255.255.255.255 reject");
      expect(matchHba([replication], { ...session, kind })).toEqual({ decision: "none" });
      expect(matchHba([replication, rule(`host all all ${ipv4}`)], { ...session, kind })).toMatchObject({
        decision: "match",
        method: "scram-sha-256",
      });
    }
  });

  it.each([
    ["all", "match"],
    ["ardent", "match"],
    ["+readers", "match"],
    ["+ardent", "match"],
    ["+writers", "none"],
    ["readers", "none"],
    ["/^ard.nt$", "match"],
  ])("user %s: %s", (user, decision) =>
    expect(matchHba([rule(`host all ${user} ${ipv4}`)], session).decision).toBe(decision),
  );

  it.each([
    ["all -", "match"],
    ["0.0.0.0 0.0.0.0", "match"],
    [":: ::", "none"],
    ["203.0.113.0 255.255.255.0", "match"],
    ["203.0.113.6 255.255.255.254", "match"],
    ["203.0.113.8 255.255.255.248", "none"],
    ["203.0.9.7 255.255.0.255", "match"],
    ["samenet -", "none"],
    ["db.example.com -", "undecided"],
    [".example.com -", "undecided"],
  ])("address %s: %s", (address, decision) =>
    expect(matchHba([rule(`host all all ${address} md5`)], session).decision).toBe(decision),
  );

  it("matches IPv6 networks", () => {
    const client = { ...session, address: "2001:db8::7" };
    expect(matchHba([rule("host all all 2001:db8:: ffff:ffff:: md5")], client).decision).toBe("match");
    expect(matchHba([rule("host all all 2001:db9:: ffff:ffff:: md5")], client).decision).toBe("none");
  });

  it.each([
    ["samehost", "10.0.0.7", "undecided"],
    ["samenet", "10.0.0.7", "undecided"],
    ["samehost", "10.0.0.5", "match"],
    ["samenet", "10.0.0.5", "match"],
    ["samehost", "127.0.0.1", "match"],
    ["samehost", "127.0.0.2", "undecided"],
    ["samenet", "127.0.0.2", "match"],
    ["samehost", "203.0.113.7", "none"],
  ])("%s, for %s on a server that has 10.0.0.5: %s", (keyword, address, decision) =>
    expect(
      matchHba([rule(`host all all ${keyword} - md5`)], { ...session, address, serverAddress: "10.0.0.5" })
        .decision,
    ).toBe(decision),
  );

  it("stops evaluating regular expressions after a hundred, and handles any number of undecided lines", () => {
    const rules = Array.from({ length: 5_000 }, () => rule(`host all /^x$ ${ipv4}`));
    expect(matchHba(rules, session).decision).toBe("undecided");
    expect(matchHba(rules.slice(0, 100), session).decision).toBe("none");
  });

  it("gives the decision if an undecided line does not match, and skips one that cannot match anyway", () => {
    const byName = rule("host all all db.example.com - md5");
    const next = rule(`host all all ${ipv4}`);
    expect(matchHba([rule("host other all db.example.com - md5"), byName, next], session)).toEqual({
      decision: "undecided",
      rule: byName,
      reason: expect.stringContaining("which only the server can resolve"),
      otherwise: { decision: "match", rule: next, method: "scram-sha-256" },
    });
  });

  it("treats a slash as a letter before 16", () => {
    const rules = [rule(`host /^sh all ${ipv4}`)];
    expect(matchHba(rules, { ...session, serverVersionNum: 150018 })).toEqual({ decision: "none" });
    expect(matchHba(rules, { ...session, serverVersionNum: 150018, database: "/^sh" }).decision).toBe(
      "match",
    );
  });

  it("ignores a hostssl line of a server without ssl", () =>
    expect(matchHba([{ ...rule(`hostssl all all ${ipv4}`), error: "SSL is disabled" }], session)).toEqual({
      decision: "none",
    }));

  it("is unknown when a line cannot be read: the server keeps its previous rules", () => {
    const broken = { ...rule(`host all all ${ipv4}`), type: null, error: "invalid method" };
    const good = rule(`host all all ${ipv4}`);
    expect(matchHba([good, broken], session)).toMatchObject({
      decision: "undecided",
      rule: broken,
      otherwise: { decision: "match", rule: good },
    });
  });
});
