import { inShop } from "./in-shop.mjs";

/** The service's side of the source, in place of a service that has it. */
const said = (service) => (facts) => ({ ...facts, service: { kind: "read", value: service } });

const connector = { id: "con_5b0c7c11a8a3f2de", name: "shop" };

/** The sources of the examples about Ardent's side, by check. */
export const service = {
  "ardent-access": { statements: inShop(), prepare: rejectedToken },
  "ardent-preflight": {
    statements: inShop(),
    amend: said({
      preflight: {
        pass: false,
        checks: [
          { name: "tcp_reachable", pass: true },
          { name: "can_read_tables", pass: false, detail: "Missing SELECT on public.orders" },
        ],
      },
    }),
  },
  "ardent-connector": {
    statements: inShop(),
    amend: said({
      connector: {
        ...connector,
        status: "active",
        quarantines: [{ id: "q_1", reason: "a row is too large", tables: ["public.orders"] }],
      },
    }),
  },
  "ardent-slot": {
    statements: inShop("SELECT pg_create_logical_replication_slot('pgstream_shop_slot', 'wal2json')"),
    amend: said({ connector }),
  },
};

/** What the emulator, in place of Ardent's service, says of a token that it did not give. */
async function rejectedToken({ compiled }) {
  const { ArdentClient } = compiled("ardent/client.js");
  const { serviceRefusal } = compiled("dynamic/preflight/service-refusal.js");
  const emulator = await compiled("emulator/emulator.js").startEmulator();
  const client = new ArdentClient({ apiUrl: emulator.url, token: "another", userAgent: "example" });
  const refusal = await client.projects.get("proj_1").then(
    () => undefined,
    (error) => serviceRefusal(error, "proj_1", undefined),
  );
  const serviceAccess = { kind: "read", value: { refusal } };
  return { amend: (facts) => ({ ...facts, serviceAccess }), stop: () => emulator.close() };
}
