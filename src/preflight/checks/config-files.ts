import type { Finding, Fix, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass } from "../check/verdict";
import type { ConfigurationFiles } from "../facts/configuration-files";
import { valueIfRead } from "../facts/evidence";
import type { HbaFacts } from "../facts/hba";

/**
 * With an invalid file a server keeps running with what it loaded before, rejects the next reload, and does not start
 * again: so no fix may ask for a restart before the file is corrected.
 */
export const configFiles = defineCheck({
  id: "config-files",
  category: "server",
  title: "the configuration files have no errors",
  severity: "error",
  alsoReads: ["configurationFiles", "hba"],
  judge: ({ configurationFiles, hba }) => {
    const broken = [...hbaFindings(valueIfRead(hba)), ...settingsFindings(valueIfRead(configurationFiles))];
    if (broken.length > 0)
      return fail("the server could not start with its current configuration files", broken, FIX);
    return judgeRead(configurationFiles, (files) => judgeRead(hba, () => judgeIdent(files)));
  },
});

const FIX: Pick<Fix, "text"> = {
  text: "Correct these lines before the server is reloaded or restarted.",
};

/** Lines because of which the server rejects the whole file; others are loaded but never match. */
function hbaFindings({ rules }: Pick<HbaFacts, "rules"> = { rules: [] }): Finding[] {
  return rules
    .filter(({ type }) => type === null)
    .map(({ where, error }) => ({
      object: "pg_hba.conf",
      current: error === null ? "a line that cannot be read" : quoted(error),
      needed: "a valid line",
      where,
    }));
}

function settingsFindings({ settings }: Pick<ConfigurationFiles, "settings"> = { settings: [] }): Finding[] {
  return settings
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

/** A server starts without pg_ident.conf; a reload then keeps the previous mappings. */
function judgeIdent({ identMappings }: ConfigurationFiles): Verdict {
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
