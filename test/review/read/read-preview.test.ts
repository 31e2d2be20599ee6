import { describe, expect, it } from "vitest";
import { readPreview } from "../../../src/review/read/read-preview";
import { digestText, previewOf, STACK, selectOn, TYPE } from "../digest";

const event = (more: object) => JSON.stringify({ sequence: 1, timestamp: 1, ...more });
const state = { type: TYPE.grant, inputs: selectOn(), outputs: { id: "x" }, id: "x", parent: "" };
const created = event({
  resourcePreEvent: { metadata: { op: "create", urn: `${STACK}${TYPE.grant}::it`, old: null, new: state } },
});
const summary = event({ summaryEvent: { resourceChanges: { create: 1 } } });

describe("a preview", () => {
  it("is read from a digest, also among other lines", () => {
    const text = JSON.stringify(
      JSON.parse(digestText([{ op: "create", type: TYPE.grant, after: selectOn() }])),
      null,
      4,
    );
    const preview = readPreview(text);
    expect(preview).toMatchObject({
      form: "digest",
      complete: true,
      stack: { project: "infra", name: "prod" },
      steps: [{ op: "create", type: TYPE.grant, name: "it", after: selectOn() }],
    });
    expect(readPreview(`warning: a new version is available\n${text}\nlast words\n`)).toEqual(preview);
  });

  it("is read from JSON lines of events, and has the same steps", () => {
    const preview = readPreview(`${created}\n${summary}\n`);
    const digest = previewOf([{ op: "create", type: TYPE.grant, after: selectOn() }]);
    expect(preview).toMatchObject({ form: "events", complete: true, steps: digest.steps });
  });

  it("is not complete in a log that was cut, in a line or between lines", () => {
    for (const text of [created, `${created}\n${summary.slice(0, -9)}`, `no JSON\n${created}\n[1]\n`])
      expect(readPreview(text)).toMatchObject({ complete: false, steps: [{ op: "create" }] });
  });

  it("is empty if Pulumi printed nothing", () => {
    for (const text of ["", "\n \n"])
      expect(readPreview(text)).toMatchObject({ form: "nothing", complete: false, steps: [] });
  });

  it.each([
    "plain text",
    "{}",
    "[]",
    "null",
    '{"steps": 3, "changeSummary": {}}',
    '{"result": "ok"}',
    digestText([]).slice(0, -5),
  ])("is not read from %j", (text) => expect(readPreview(text)).toBeUndefined());

  it("has the messages without colors, and without those of the engine's developers", () => {
    const diagnostic = (severity: string, message: string, more: object = {}) =>
      event({ diagnosticEvent: { severity, message, prefix: `${severity}: `, color: "raw", ...more } });
    const text = [
      diagnostic("error", "<{%fg 1%}>it <{%reset%}>\u001b[31mfailed\u001b[0m\r\nhere\n"),
      diagnostic("info#err", "printed"),
      diagnostic("debug", "for developers"),
      diagnostic("info", "progress", { ephemeral: true }),
    ].join("\n");
    expect(readPreview(text)?.diagnostics).toEqual([
      { severity: "error", message: "it failed\nhere" },
      { severity: "info", message: "info#err: printed" },
    ]);
  });

  it("has the policies that are violated, but not those with an exception", () => {
    const policy = (more: object) =>
      event({
        policyEvent: {
          message: "no <{%bold%}>superusers",
          color: "raw",
          policyName: "no-superusers",
          policyPackName: "company",
          policyPackVersion: "1",
          policyPackVersionTag: "1",
          enforcementLevel: "mandatory",
          ...more,
        },
      });
    const text = [policy({}), policy({ exceptions: [{ id: "EXC-1", reason: "agreed" }] })].join("\n");
    expect(readPreview(text)?.violations).toEqual([
      { policy: "no-superusers", pack: "company", mandatory: true, message: "no superusers" },
    ]);
  });
});

describe("the steps", () => {
  it("have two halves of a replacement, whether the output has one line for it or three", () => {
    const step = { type: TYPE.grant, before: selectOn(), after: selectOn({ role: "other" }) };
    const halves = [
      { op: "delete", replacing: true, before: step.before },
      { op: "create", replacing: true, after: step.after },
    ];
    expect(previewOf([{ ...step, op: "replace" }]).steps).toMatchObject(halves);
    const three = ["delete-replaced", "replace", "create-replacement"].map((op) => ({ ...step, op }));
    expect(previewOf(three).steps).toMatchObject(halves);
    const createdFirst = ["create-replacement", "replace", "delete-replaced"].map((op) => ({ ...step, op }));
    expect(previewOf(createdFirst).steps).toMatchObject(halves.toReversed());
  });

  it("leave out what a refresh found before", () => {
    const steps = [
      { op: "refresh", type: "pulumi:pulumi:Stack", before: {}, after: {} },
      { op: "delete", type: TYPE.grant, before: selectOn() },
      { op: "same", type: "pulumi:pulumi:Stack", before: {}, after: {} },
      { op: "create", type: TYPE.grant, after: selectOn() },
    ];
    expect(previewOf(steps).steps.map(({ op }) => op)).toEqual(["same", "create"]);
  });

  it("name the properties that differ, once each", () => {
    const [step] = JSON.parse(
      digestText([{ op: "update", type: TYPE.role, before: {}, after: {}, changed: ["password"] }]),
    ).steps;
    const text = digestText([], { steps: [{ ...step, detailedDiff: { "roles[0]": {}, password: {} } }] });
    expect(readPreview(text)?.steps[0]?.changed).toEqual(["password", "roles"]);
  });

  it("keep nothing but inputs: no provider, no output", () => {
    const text = digestText([
      { op: "create", type: TYPE.preflight, after: { __provider: "canary-code", checks: {} } },
    ]);
    expect(
      JSON.stringify(readPreview(text.replace('"outputs":{}', '"outputs":{"a":"canary-output"}'))),
    ).not.toContain("canary");
  });
});

describe("the position of a step", () => {
  const line = (file: string) => `project:///${file}#7,3`;
  const positionOf = (steps: Parameters<typeof previewOf>[0]) => previewOf(steps).steps.at(-1)?.position;
  const child = { op: "create", type: TYPE.grant, after: {}, parent: `${TYPE.source}::shop` };
  const parent = { op: "create", type: TYPE.source, name: "shop", after: {} };

  it("is the line of the program", () => {
    expect(positionOf([{ ...child, line: line("src/index.ts") }])).toEqual({ file: "src/index.ts", line: 7 });
  });

  it("is that of the nearest parent that is not in a package", () => {
    const inPackage = { ...child, line: line("../node_modules/pulumi-ardent/dist/x.js") };
    expect(positionOf([{ ...parent, line: line("index.ts") }, inPackage])).toEqual({
      file: "index.ts",
      line: 7,
    });
    expect(positionOf([parent, inPackage])).toBeUndefined();
    expect(positionOf([inPackage])).toBeUndefined();
  });

  it("is unknown for parents in a circle", () => {
    expect(positionOf([{ ...parent, parent: `${TYPE.source}::shop` }, child])).toBeUndefined();
  });
});
