import { Client } from "pg";
import { inShop } from "./in-shop.mjs";

/** The sources of the examples about what others do on the server, by check. */
export const activity = {
  "idle-transactions": { statements: inShop(), prepare: transaction("SELECT 1"), amend: later(304) },
  "slot-creation-blockers": {
    statements: inShop(),
    prepare: transaction("SELECT pg_current_xact_id()"),
    amend: later(304),
  },
  "existing-slots": {
    statements: inShop("SELECT pg_create_logical_replication_slot('debezium_2023', 'wal2json')"),
    amend: ({ server, ...facts }) => ({
      ...facts,
      server: {
        ...server,
        value: {
          ...server.value,
          slots: server.value.slots.map((slot) => ({ ...slot, retainedBytes: 1_047 * 1024 ** 2 })),
        },
      },
    }),
  },
};

/** Leaves a transaction open in a session of the application. */
function transaction(sql) {
  return async ({ server: { host, port, password } }) => {
    const client = new Client({
      host,
      port,
      password,
      user: "postgres",
      database: "shop",
      application_name: "report",
    });
    await client.connect();
    await client.query("BEGIN");
    await client.query(sql);
    return { stop: () => client.end() };
  };
}

/** What is open now has been open and idle for this much longer. */
function later(seconds) {
  return ({ activity: read, ...facts }) => ({
    ...facts,
    activity: {
      ...read,
      value: {
        ...read.value,
        transactions: read.value.transactions.map((one) => ({
          ...one,
          seconds: one.seconds + seconds,
          idleSeconds: (one.idleSeconds ?? 0) + seconds,
        })),
      },
    },
  });
}
