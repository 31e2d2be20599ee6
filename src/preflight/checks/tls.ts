import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import { joinNames } from "../judge/join-names";

/** Ardent connects with TLS (runbook, step 1). */
export const tls = defineCheck({
  id: "tls",
  category: "connection",
  title: "the server offers TLS",
  severity: "error",
  inputs: ["source.sslMode"],
  reads: ["tls"],
  alsoReads: ["server"],
  byRequest: ({ tls, cleartextHosts = [] }) => {
    if (tls) return undefined;
    if (cleartextHosts.length > 0) return cleartext(cleartextHosts);
    return { kind: "skipped", message: "TLS is not requested (sslmode disable)" };
  },
  judge: ({ request, tls, server }) => {
    const { cleartextHosts = [], unverifiedHosts = [] } = request;
    if (tls.offered)
      return cleartextHosts.length > 0 ? cleartext(cleartextHosts) : pass(unverified(unverifiedHosts));
    const ssl = valueIfRead(server)?.settings.ssl;
    return fail(
      "the server rejects TLS",
      [
        {
          object: "ssl",
          current: ssl?.value ?? "off",
          needed: "on",
          ...(ssl === undefined ? {} : { where: ssl.where ?? ssl.source }),
        },
      ],
      {
        text: "Install a certificate on the server first (ssl_cert_file and ssl_key_file; with ssl on and no certificate it does not start), then set ssl = on in postgresql.conf.",
        effect: "reload",
      },
    );
  },
});

/** Only a message, no warning: it is the default, and what Ardent's guide asks for. */
function unverified(hosts: readonly string[]): string | undefined {
  if (hosts.length === 0) return undefined;
  return `sslmode require encrypts but does not verify the identity of ${joinNames(hosts)}; verify-full does`;
}

/** Even a confirmed plain-text connection causes a warning, in every run. */
function cleartext(hosts: readonly string[]): Verdict {
  return {
    ...fail(
      "passwords and data go over the network as plain text",
      hosts.map((object) => ({ object, current: "sslmode disable", needed: "sslmode require or stricter" })),
      {
        text: "Enable TLS on the server (ssl = on, with a certificate), then leave out sslmode and the cleartext confirmation.",
      },
    ),
    severity: "warning",
  };
}
