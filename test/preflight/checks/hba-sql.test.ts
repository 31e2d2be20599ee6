import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const HBA = [
  "hostssl postgres ardent 198.51.100.7/32 scram-sha-256",
  "host postgres ardent 198.51.100.8/32 reject",
  "host all all 198.51.100.8/32 scram-sha-256",
  "host postgres ardent 198.51.100.9/32 trust",
  "host postgres ardent db.internal.example md5",
  "host postgres +watchers 198.51.100.10/32 scram-sha-256",
  "host all all 172.16.0.0/12 scram-sha-256",
  "host nowhere ardent db.internal.example reject",
  "host nowhere ardent 192.0.2.2/32 reject",
];

describeCheck("hba-sql", { byVersion: true }, (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major, hba: HBA });
    await source.run(
      "CREATE ROLE watchers",
      "CREATE ROLE ardent LOGIN SUPERUSER PASSWORD 'right'",
      "CREATE ROLE peeper LOGIN PASSWORD 'right'",
    );
  });
  afterAll(() => source.stop());

  const judge = (egressIp: string, tls = true) => source.judge("hba-sql", { request: { egressIp, tls } });

  it("passes with a line that allows the egress IP with a password, and names it", async () => {
    const result = await judge("198.51.100.7");
    expect(result.outcome).toBe("pass");
    expect(result.message).toMatch(/\/pg_hba\.conf:\d+$/);
  });

  it("fails if the first matching line rejects, even if others follow", async () => {
    expect(await judge("198.51.100.8")).toMatchObject({
      outcome: "fail",
      message: "pg_hba.conf rejects an SQL session from 198.51.100.8: the line's method is reject",
      findings: [
        {
          object: "role ardent to database postgres from 198.51.100.8",
          current: "host reject",
          needed: "scram-sha-256",
          where: expect.stringMatching(/\/pg_hba\.conf:3$/),
        },
        {
          object: "line hostssl postgres ardent 198.51.100.7/32 scram-sha-256",
          current: "for address 198.51.100.7/32",
          needed: "address 198.51.100.8",
          where: expect.stringMatching(/\/pg_hba\.conf:2$/),
        },
      ],
      fix: {
        text: expect.stringMatching(
          /^Add this line above .*pg_hba\.conf:\d+:\nhostssl {2}postgres {2}ardent {2}198\.51\.100\.8\/32 {2}scram-sha-256$/,
        ),
        effect: "reload",
      },
    });
  });

  it("names the lines that do not match, the closest ones first, and counts the others", async () => {
    const result = await judge("203.0.113.5", false);
    // It is unknown whether the host name matches, so the new line goes here.
    expect(result.findings.map(({ object, current, needed }) => [object, current, needed])).toEqual([
      ["role ardent to database postgres from 203.0.113.5", "host md5", "scram-sha-256"],
      [
        "line host postgres ardent 198.51.100.8/32 reject",
        "for address 198.51.100.8/32",
        "address 203.0.113.5",
      ],
      [
        "line host all all 198.51.100.8/32 scram-sha-256",
        "for address 198.51.100.8/32",
        "address 203.0.113.5",
      ],
      [
        "line host postgres ardent 198.51.100.9/32 trust",
        "for address 198.51.100.9/32",
        "address 203.0.113.5",
      ],
      [
        "line hostssl postgres ardent 198.51.100.7/32 scram-sha-256",
        "for type hostssl, address 198.51.100.7/32",
        "type host, address 203.0.113.5",
      ],
    ]);
    expect(result.findingCount).toBe(5);
    // A superuser is let in with TLS only.
    expect(result.fix?.text).toMatch(
      /^Add this line above .*pg_hba\.conf:6, and have Ardent connect with TLS, as a superuser should:\nhostssl {2}postgres/,
    );
  });

  it("passes once its line is added at the named place, above a line that rejects", async () => {
    const { fix } = await judge("198.51.100.8");
    const [, file, number] = /above (\S+):(\d+):\n/.exec(fix?.text ?? "") ?? [];
    const line = fix?.text.split("\n")[1] ?? "";
    const original = await source.exec(["cat", file ?? ""]);
    await source.exec(["sed", "-i", `${number}i ${line}`, file ?? ""]);
    expect(await judge("198.51.100.8")).toMatchObject({
      outcome: "pass",
      message: `${file}:${number}`,
    });
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${original}END`]);
  });

  it("puts the line above all that may reject, even if only the server knows which one does", async () => {
    const database = { host: "127.0.0.1", port: 5432, database: "nowhere" };
    const result = await source.judge("hba-sql", { request: { egressIp: "192.0.2.2", source: database } });
    expect(result).toMatchObject({
      outcome: "fail",
      message: "pg_hba.conf rejects an SQL session from 192.0.2.2: the line's method is reject",
      fix: { text: expect.stringMatching(/^Add this line above .*pg_hba\.conf:9:\nhostssl {2}nowhere/) },
    });
  });

  it("names the line that cannot be read, which has to be corrected first", async () => {
    const broken = "echo 'host all all 198.51.100.7/99 md5' >> \"$(psql -AtU postgres -c 'SHOW hba_file')\"";
    await source.exec(["sh", "-c", broken]);
    const { outcome, findings, fix } = await judge("198.51.100.7");
    await source.exec(["sh", "-c", "sed -i '$d' \"$(psql -AtU postgres -c 'SHOW hba_file')\""]);
    expect({ outcome, count: findings.length }).toEqual({ outcome: "warn", count: 1 });
    expect(fix?.text).toBe("Fixed by the config-files fix");
  });

  it("warns if no password is required, or if only the server can resolve a host name", async () => {
    expect(await judge("198.51.100.9")).toMatchObject({
      outcome: "warn",
      message: "an SQL session from 198.51.100.9 needs no password",
    });
    expect(await judge("192.0.2.1")).toMatchObject({
      outcome: "warn",
      message:
        "cannot tell whether pg_hba.conf allows an SQL session from 192.0.2.1: the line matches by host name (db.internal.example), which only the server can resolve",
    });
  });

  it("fails for a superuser if only a group's members are allowed, and passes once it is a member", async () => {
    const role = "peeper";
    const ask = { request: { egressIp: "198.51.100.10", role } };
    expect((await source.judge("hba-sql", ask)).outcome).toBe("fail");
    await source.run("GRANT watchers TO peeper");
    expect((await source.judge("hba-sql", ask)).outcome).toBe("pass");
  });

  it("reads quotes as the server does: a quoted token is a name, not a keyword or a group", async () => {
    const file = (await source.exec(["psql", "-AtU", "postgres", "-c", "SHOW hba_file"])).trim();
    const original = await source.exec(["cat", file]);
    const quoted = [
      'host "all" ardent 198.51.100.20/32 scram-sha-256',
      'host postgres "+watchers" 198.51.100.21/32 scram-sha-256',
      'host postgres peeper "samenet" scram-sha-256',
      'host "postgres" "ardent" 198.51.100.22/32 scram-sha-256',
    ];
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${quoted.join("\n")}\nEND`]);
    const outcomes = [];
    for (const egressIp of ["198.51.100.20", "198.51.100.21", "198.51.100.22"])
      outcomes.push((await judge(egressIp)).outcome);
    const hostName = await source.judge("hba-sql", { request: { egressIp: "203.0.113.9", role: "peeper" } });
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${original}END`]);
    expect(outcomes).toEqual(["fail", "fail", "pass"]);
    expect(hostName.message).toContain(
      "the line matches by host name (samenet), which only the server can resolve",
    );
  });

  it("cannot distinguish a keyword from a quoted name for a user who sees the lines but not the file", async () => {
    await source.run(
      "CREATE ROLE watcher LOGIN PASSWORD 'right'",
      "GRANT pg_read_all_settings TO watcher",
      "GRANT SELECT ON pg_hba_file_rules TO watcher",
      "GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO watcher",
    );
    const admin = source.as("watcher", "right");
    const ask = (role: string, egressIp: string) =>
      source.judge("hba-sql", { admin, request: { egressIp, role } });
    expect(await ask("ardent", "198.51.100.7")).toMatchObject({ outcome: "pass" });
    expect(await ask("peeper", "172.16.0.9")).toMatchObject({
      outcome: "warn",
      message: expect.stringContaining("all is a plain name if it is in quotes"),
    });
  });

  it("resolves samehost and samenet to the server's own addresses", async () => {
    const own = (await source.exec(["hostname", "-i"])).trim().split(" ")[0] ?? "";
    const file = (await source.exec(["psql", "-AtU", "postgres", "-c", "SHOW hba_file"])).trim();
    const original = await source.exec(["cat", file]);
    await source.exec(["sed", "-i", "1i host postgres ardent samehost md5", file]);
    const outcomes = [await judge(own), await judge("127.0.0.1"), await judge("203.0.113.9")];
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${original}END`]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["pass", "pass", "warn"]);
    expect(outcomes[0]?.message).toBe(`${file}:1`);
  });

  it("puts no line between lines that are joined by backslashes", async () => {
    if (major < 14) return;
    const file = (await source.exec(["psql", "-AtU", "postgres", "-c", "SHOW hba_file"])).trim();
    const original = await source.exec(["cat", file]);
    const continued = "host all postgres all scram-sha-256\nhost elsewhere \\\n all \\\n all md5";
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${continued}\nEND`]);
    const result = await judge("198.51.100.30");
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${original}END`]);
    expect(result.fix?.text).toMatch(/^Add this line below .*pg_hba\.conf:4:\n/);
  });

  it("suggests no name that begins with a slash, which is a regular expression from 16 on", async () => {
    const { host, port } = source.admin;
    const lineFor = async (database: string, role: string) => {
      const request = { egressIp: "203.0.113.9", role, source: { host, port, database } };
      return (await source.judge("hba-sql", { request })).fix?.text ?? "";
    };
    if (major < 16) {
      expect(await lineFor("/shop", "/ardent")).toContain('hostssl  "/shop"  "/ardent"');
    } else {
      expect(await lineFor("/shop", "ardent")).toContain("\nhostssl  all  ardent  203.0.113.9/32");
      expect(await lineFor("shop", "/ardent")).toMatch(/^Add a line .* by hand: hostssl {2}shop {2}… /);
    }
  });

  it("decides a regular expression that a backtracking engine cannot finish, but not one of a megabyte", async () => {
    if (major < 16) return;
    const file = (await source.exec(["psql", "-AtU", "postgres", "-c", "SHOW hba_file"])).trim();
    const original = await source.exec(["cat", file]);
    const role = `${"a".repeat(62)}!`;
    const ask = async (expression: string) => {
      await source.exec(["sh", "-c", `echo 'host all ${expression} 203.0.113.9/32 scram-sha-256' > ${file}`]);
      return source.judge("hba-sql", { request: { egressIp: "203.0.113.9", role } });
    };
    const refused = await ask("/^(a+)+$");
    const matched = await ask('"/^(a+)+!$"');
    await source.exec([
      "sh",
      "-c",
      `{ printf 'host all "/'; head -c 9000 /dev/zero | tr '\\0' a; echo '" 203.0.113.9/32 scram-sha-256'; } > ${file}`,
    ]);
    const long = await source.judge("hba-sql", { request: { egressIp: "203.0.113.9", role } });
    await source.exec(["sh", "-c", `cat > ${file} <<'END'\n${original}END`]);
    expect(refused).toMatchObject({ outcome: "fail" });
    expect(matched).toMatchObject({ outcome: "pass" });
    expect(long).toMatchObject({
      outcome: "warn",
      message: expect.stringContaining("only Postgres can evaluate its regular expression reliably"),
    });
  });

  it("fails without TLS if the line requires TLS", async () => {
    const plain = await source.judge("hba-sql", {
      request: { egressIp: "198.51.100.7", role: "peeper", tls: false },
    });
    expect(plain.message).toBe("pg_hba.conf rejects an SQL session from 198.51.100.7: no matching line");
  });

  it("is skipped without an egress IP, and where this user may not read the file", async () => {
    expect(await source.judge("hba-sql")).toMatchObject({
      outcome: "skipped",
      message: "pg_hba.conf cannot be checked without Ardent's egress IP",
    });
    const asPeeper = await source.judge("hba-sql", {
      admin: source.as("peeper", "right"),
      request: { egressIp: "198.51.100.7" },
    });
    expect(asPeeper).toMatchObject({
      outcome: "skipped",
      message: expect.stringMatching(/^this user is not allowed to read it: /),
    });
  });
});
