import { balanced } from "./balanced.mjs";
import { DATA, inShop } from "./in-shop.mjs";
import { pooled } from "./pooled.mjs";

const EGRESS_IP = "203.0.113.7";

/** Lines that nearly let Ardent in, above one that rejects it. */
const REJECTING = {
  statements: inShop(),
  hba: [
    "hostssl shop ardent_replication 203.0.113.8/32 scram-sha-256",
    "host shop ardent_replication 10.0.0.0/8 scram-sha-256",
    `host all all ${EGRESS_IP}/32 reject`,
    "host all all all scram-sha-256",
  ],
  request: { egressIp: EGRESS_IP },
};

/** The sources of the examples about the way in: connection and access rules, by check. */
export const connection = {
  "ipv4-address": { statements: inShop(), address: { host: "2001:db8::10" } },
  "tcp-reachable": { statements: inShop(), address: { port: 5999 } },
  login: { statements: inShop(), login: "another" },
  tls: { statements: inShop(), settings: { ssl: "off" } },
  "hba-sql": { ...REJECTING, database: "shop" },
  "hba-replication": REJECTING,
  "hba-replication-line": {
    statements: inShop(),
    hba: ["host all all all scram-sha-256"],
    request: { egressIp: EGRESS_IP },
  },
  "direct-connection": { statements: inShop(), prepare: pooled },
  "single-instance": { statements: inShop(), prepare: balanced },
  "hba-loaded": {
    statements: inShop(),
    // The time of a file has whole seconds.
    shell: `sleep 2; echo 'hostssl shop ardent_replication 203.0.113.7/32 scram-sha-256' >> ${DATA}/pg_hba.conf`,
  },
};
