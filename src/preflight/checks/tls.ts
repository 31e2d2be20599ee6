import type { Check } from "../check";
import { fail, notRead, pass } from "../verdict";

/** Ardent connects with TLS (runbook, step 1). */
export const tls: Check = {
  id: "tls",
  category: "connection",
  title: "the server offers TLS",
  severity: "error",
  run: ({ request, facts: { connection, server } }) => {
    if (!request.tls) return { kind: "skipped", message: "TLS is not asked for (sslmode disable)" };
    if (connection.tls.kind !== "read") return notRead(connection.tls);
    if (connection.tls.value.offered) return pass();
    const ssl = server.kind === "read" ? server.value.settings.ssl : undefined;
    return fail(
      "the server refuses TLS",
      [
        {
          object: "ssl",
          current: ssl?.value ?? "off",
          needed: "on",
          ...(ssl === undefined ? {} : { where: ssl.where ?? ssl.source }),
        },
      ],
      {
        text: "Give the server a certificate first (ssl_cert_file and ssl_key_file; with ssl on and no certificate it does not start), then set ssl = on in postgresql.conf.",
        effect: "reload",
      },
    );
  },
};
