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

describeCheck("hba-sql", (major) => {
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

  it("passes by the line that lets the egress IP in with a password, and names it", async () => {
    const result = await judge("198.51.100.7");
    expect(result.outcome).toBe("pass");
    expect(result.message).toMatch(/\/pg_hba\.conf:\d+$/);
  });

  it("fails where the first line that matches rejects, whatever follows", async () => {
    expect(await judge("198.51.100.8")).toMatchObject({
      outcome: "fail",
      message: "an SQL session from 198.51.100.8 is refused: the line rejects",
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

  it("names the lines that do not match, those that miss by the least first, and counts the rest", async () => {
    const result = await judge("203.0.113.5", false);
    // Whether the host name matches cannot be told, so that this is where the new line goes.
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
    expect(result.fix?.text).toMatch(/^Add this line above .*pg_hba\.conf:6:\nhost {2}postgres/);
  });

  it("lets in once its line is pasted where it says, above a line that rejects", async () => {
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

  it("puts the line above all that may refuse, also where only the server can tell which of them does", async () => {
    const database = { host: "127.0.0.1", port: 5432, database: "nowhere" };
    const result = await source.judge("hba-sql", { request: { egressIp: "192.0.2.2", source: database } });
    expect(result).toMatchObject({
      outcome: "fail",
      message: "an SQL session from 192.0.2.2 is refused: the line rejects",
      fix: { text: expect.stringMatching(/^Add this line above .*pg_hba\.conf:9:\nhostssl {2}nowhere/) },
    });
  });

  it("says which line cannot be read, as nothing can be added before it is corrected", async () => {
    const broken = "echo 'host all all 198.51.100.7/99 md5' >> \"$(psql -AtU postgres -c 'SHOW hba_file')\"";
    await source.exec(["sh", "-c", broken]);
    const { outcome, findings, fix } = await judge("198.51.100.7");
    await source.exec(["sh", "-c", "sed -i '$d' \"$(psql -AtU postgres -c 'SHOW hba_file')\""]);
    expect({ outcome, count: findings.length }).toEqual({ outcome: "warn", count: 1 });
    expect(fix?.text).toMatch(/^Correct .*pg_hba\.conf:11: /);
  });

  it("warns where no password is asked for, or where only the server can look a host name up", async () => {
    expect(await judge("198.51.100.9")).toMatchObject({
      outcome: "warn",
      message: "an SQL session from 198.51.100.9 needs no password",
    });
    expect(await judge("192.0.2.1")).toMatchObject({
      outcome: "warn",
      message:
        "whether an SQL session from 192.0.2.1 is let in cannot be told: whether 192.0.2.1 is db.internal.example depends on the server's DNS",
    });
  });

  it("fails a superuser where only a group's members are let in, and passes once it is a member", async () => {
    const role = "peeper";
    const ask = { request: { egressIp: "198.51.100.10", role } };
    expect((await source.judge("hba-sql", ask)).outcome).toBe("fail");
    await source.run("GRANT watchers TO peeper");
    expect((await source.judge("hba-sql", ask)).outcome).toBe("pass");
  });

  it("fails without TLS where the line is for TLS only", async () => {
    const plain = await source.judge("hba-sql", {
      request: { egressIp: "198.51.100.7", role: "peeper", tls: false },
    });
    expect(plain.message).toBe("an SQL session from 198.51.100.7 is refused: no line of pg_hba.conf matches");
  });

  it("is skipped without an egress IP, and where this user may not read the file", async () => {
    expect(await source.judge("hba-sql")).toMatchObject({
      outcome: "skipped",
      message: "without Ardent's egress IP pg_hba.conf cannot be judged",
    });
    const asPeeper = await source.judge("hba-sql", {
      admin: source.as("peeper", "right"),
      request: { egressIp: "198.51.100.7" },
    });
    expect(asPeeper).toMatchObject({
      outcome: "skipped",
      message: expect.stringMatching(/^this user may not read it: /),
    });
  });
});
