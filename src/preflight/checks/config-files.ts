import type { Check, CheckInput, Finding, Fix, Verdict } from "../check/check";
import { fail, notRead, pass } from "../check/verdict";

/**
 * With a broken file a server keeps running by what it loaded before, refuses the next reload, and does not start
 * again: nobody must be told to restart it before that is corrected.
 */
export const configFiles: Check = {
  id: "config-files",
  category: "server",
  title: "the configuration files have no errors",
  severity: "error",
  run: (input) => {
    const broken = [...hbaFindings(input), ...settingsFindings(input)];
    if (broken.length > 0)
      return fail("the server would not start again with its configuration files as they are", broken, FIX);
    return judgeIdent(input);
  },
};

const FIX: Pick<Fix, "text"> = {
  text: "Correct these lines before anything reloads or restarts the server.",
};

/** Lines for which the server refuses the whole file; others are loaded and never match. */
function hbaFindings({ facts: { hba } }: CheckInput): Finding[] {
  if (hba.kind !== "read") return [];
  return hba.value.rules
    .filter(({ type }) => type === null)
    .map(({ where, error }) => ({
      object: "pg_hba.conf",
      current: error === null ? "a line that cannot be read" : quoted(error),
      needed: "a valid line",
      where,
    }));
}

function settingsFindings({ facts: { configurationFiles: files } }: CheckInput): Finding[] {
  if (files.kind !== "read") return [];
  return files.value.settings
    .filter(({ needsRestart }) => !needsRestart)
    .map(({ name, error, where }) => ({
      object: name ?? "postgresql.conf",
      current: quoted(error),
      needed: name === undefined ? "a valid line" : "a valid setting",
      ...(where === undefined ? {} : { where }),
    }));
}

function quoted(error: string): string {
  return `the server says "${error}"`;
}

/** Without pg_ident.conf a server starts all the same; only a reload keeps the mappings that it had. */
function judgeIdent({ facts: { hba, configurationFiles: files } }: CheckInput): Verdict {
  if (files.kind !== "read") return notRead(files);
  if (hba.kind !== "read") return notRead(hba);
  const { identMappings } = files.value;
  if (identMappings.length === 0) return pass();
  const findings = identMappings.map(({ where, error }) => ({
    object: "pg_ident.conf",
    current: quoted(error),
    needed: "a valid line",
    where,
  }));
  return {
    ...fail("pg_ident.conf has errors: the server does not load it", findings, FIX),
    severity: "warning",
  };
}
