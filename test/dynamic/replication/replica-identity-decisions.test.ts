import { describe, expect, it } from "vitest";
import { decisionsFor } from "../../../src/dynamic/replication/replica-identity-decisions";
import { UserError } from "../../../src/errors";

const EVERYTHING = ["*"];

describe("the decisions that are sent to the service", () => {
  it.each([
    ["quoted, with capitals and a dot", '"My.Schema"."T"', "My.Schema.T"],
    ["quoted without need", '"public"."events"', "public.events"],
    ["half quoted", 'public."Order.Lines"', "public.Order.Lines"],
    ["quoted, with a quote in it", '"a""b".c', 'a"b.c'],
    ["as it stands in the catalog, with capitals", "public.Events", "public.Events"],
    ["as it stands in the catalog, with dots", "a.b.c", "a.b.c"],
    ["as it stands in the catalog, with quotes", 'public.so-called "best"', 'public.so-called "best"'],
  ])("are found by a name %s", (_, key, path) => {
    const decisions = { [key]: "exclude" } as const;
    const told = { told: { [path]: "exclude" }, unused: [] };
    expect(decisionsFor([path], EVERYTHING, decisions)).toEqual(told);
    // Where the service does not say which tables need one.
    expect(decisionsFor(undefined, EVERYTHING, decisions)).toEqual(told);
  });

  it("leave out what no selected table needs, and name it as the user wrote it", () => {
    const decisions = {
      '"public"."events"': "exclude",
      '"Audit"."log"': "add_pk",
      no_dot: "add_pk",
    } as const;
    expect(decisionsFor(["public.events", "Audit.log"], ["public.*"], decisions)).toEqual({
      told: { "public.events": "exclude" },
      unused: ['"Audit"."log"', "no_dot"],
    });
  });

  it("exclude tables that need no decision, if they are selected", () => {
    const decisions = {
      "public.orders": "exclude",
      "public.people": "add_pk",
      "audit.log": "exclude",
    } as const;
    const discovered = ["public.orders", "public.people", "audit.log"];
    expect(decisionsFor([], ["public.*"], decisions, discovered)).toEqual({
      told: { "public.orders": "exclude" },
      unused: ["public.people", "audit.log"],
    });
  });

  it("are one for each table: two equal ones count as one, and two different ones are rejected", () => {
    const twice = { "public.events": "exclude", '"public"."events"': "exclude" } as const;
    expect(decisionsFor(["public.events"], EVERYTHING, twice)).toEqual({
      told: { "public.events": "exclude" },
      unused: [],
    });
    const two = { ...twice, '"public".events': "add_pk" } as const;
    const refused = () => decisionsFor(["public.events"], EVERYTHING, two);
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(
      'public.events: has several decisions: public.events says "exclude", "public"."events" says "exclude", "public".events says "add_pk"',
    );
    expect(() => decisionsFor(undefined, EVERYTHING, two)).toThrow("has several decisions");
  });

  it("are required where there is none", () => {
    expect(() => decisionsFor(["My.Schema.T"], EVERYTHING, {})).toThrow(
      "My.Schema.T: has no usable replica identity (primary key, unique index over NOT NULL columns, or FULL), and no decision",
    );
  });
});
