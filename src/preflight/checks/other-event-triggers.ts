import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";

/**
 * The engine creates a schema, tables and functions on the source: an event trigger that rejects DDL rejects that too.
 * What a trigger's function does is unknown until it is called, and preflight creates nothing to find out.
 */
export const otherEventTriggers = defineCheck({
  id: "other-event-triggers",
  category: "server",
  title: "no other event trigger can reject Ardent's DDL",
  severity: "warning",
  reads: ["server"],
  alsoReads: ["artifacts"],
  judge: ({ request, server, artifacts }) => {
    const triggers = server.ddlTriggers;
    if (triggers.length === 0) return pass();
    if (artifacts.kind === "read" && artifacts.value.schema)
      return pass(
        `${counted(triggers.length, "event trigger")}, which allowed Ardent's schema to be created`,
      );
    return fail(
      `${counted(triggers.length, "event trigger")} can reject Ardent's DDL or logins`,
      triggers.map(({ name, event, calls }) => ({
        object: `event trigger ${name}`,
        current: `calls ${calls}() on ${event}`,
        needed: `to allow role ${request.plan.role.name}`,
      })),
      {
        text: `Look at each function (\\sf in psql): if it can raise an error, make it allow role ${request.plan.role.name}, or disable the trigger until the connector is set up (ALTER EVENT TRIGGER … DISABLE, as its owner).`,
      },
    );
  },
});
