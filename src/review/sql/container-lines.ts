import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import { type Sql, sql } from "../../postgres/sql-text";
import type { ContainerChange } from "../changes/change";
import { containerChanges } from "../changes/container-changes";
import { hasUnknown } from "../changes/known";
import type { ResourceStep } from "../read/preview";
import type { ScriptLine } from "./script-line";

/** The lines for a database or a schema. What would delete data is a comment. */
export function containerLines(step: ResourceStep): ScriptLine[] {
  return containerChanges([step]).flatMap((change) => {
    const { kind, name, effect } = change;
    const place = placeOf(change);
    const isKnown = !hasUnknown(change) && place !== undefined;
    const unknown = [{ comment: `A ${kind} whose name is only known during the deployment.` }];
    const texts = !isKnown ? unknown : kind === "database" ? databaseTexts(change) : schemaTexts(change);
    return texts.map((text) => ({
      place: isKnown ? place : "roles",
      verb: effect === "deleted" ? "drop" : "create",
      about: JSON.stringify([kind, name]),
      text,
    }));
  });
}

function placeOf({ kind, database }: ContainerChange): ScriptLine["place"] | undefined {
  if (kind === "database") return "databases";
  return database === undefined ? undefined : { database };
}

function databaseTexts({ name, effect, ownerBefore, ownerAfter }: ContainerChange): ScriptLine["text"][] {
  if (effect === "deleted")
    return [{ comment: `Database ${name} is dropped with its data: not in this script.` }];
  if (effect !== "created") return ownerTexts(sql`DATABASE`, name, ownerBefore, ownerAfter);
  const owner = ownerAfter === undefined ? sql`` : sql` OWNER ${quoteIdentifier(ownerAfter)}`;
  const create = quoteLiteral(sql`CREATE DATABASE ${quoteIdentifier(name)}${owner}`);
  const isMissing = sql`NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = ${quoteLiteral(name)})`;
  return [sql`SELECT ${create} WHERE ${isMissing} \\gexec`];
}

function schemaTexts(change: ContainerChange): ScriptLine["text"][] {
  const { name, effect, ownerBefore, ownerAfter, cascade } = change;
  const schema = quoteIdentifier(name);
  if (effect === "created") {
    const owner = ownerAfter === undefined ? sql`` : sql` AUTHORIZATION ${quoteIdentifier(ownerAfter)}`;
    return [sql`CREATE SCHEMA IF NOT EXISTS ${schema}${owner};`];
  }
  if (effect !== "deleted") return ownerTexts(sql`SCHEMA`, name, ownerBefore, ownerAfter);
  if (cascade) return [{ comment: `Schema ${name} is dropped with all it contains: not in this script.` }];
  return [sql`DROP SCHEMA IF EXISTS ${schema};`];
}

function ownerTexts(kind: Sql, name: string, before: string | undefined, after: string | undefined): Sql[] {
  if (after === undefined || before === after) return [];
  return [sql`ALTER ${kind} ${quoteIdentifier(name)} OWNER TO ${quoteIdentifier(after)};`];
}
