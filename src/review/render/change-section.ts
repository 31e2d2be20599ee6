import { changedFlags, flagWord, ROLE_FLAGS, type RoleAttributes } from "../../access/role-sql";
import type { Change, MembershipChange, PrivilegeChange, RoleChange } from "../changes/change";
import { sayContainer, sayGrantee, VERBS } from "../describe";
import { joinPhrases, type Phrase, say, sayNames } from "../phrase";
import type { Review } from "../review";
import { markdownPhrase } from "./markdown-phrase";
import { group, type PrivilegeRow, privilegeRows } from "./privilege-rows";

/** The changes, by database and schema: what is lost or replaced before what is gained. */
export function changeSection({ changes, others }: Review): string {
  const inDatabases = changes.filter((change) => change.kind === "privilege");
  const around = changes
    .toSorted((one, other) => place(one) - place(other))
    .flatMap((change) => sayChange(change).map((phrase) => `- ${markdownPhrase(phrase)}`));
  const databases = group(inDatabases, ({ database }) => database).map(databaseList);
  const rest = others.map(({ type, name, effect }) => say`${type} ${name} is ${[VERBS[effect]]}`);
  const left = rest.length === 0 ? [] : [`Not reviewed: ${markdownPhrase(joinFirst(rest))}.`];
  return [...(around.length === 0 ? [] : [around.join("\n")]), ...databases, ...left].join("\n\n");
}

/** How many resources that are not reviewed are named. */
const MOST_OTHERS = 10;

function joinFirst(phrases: readonly Phrase[]): Phrase {
  const more = phrases.length - MOST_OTHERS;
  return [...joinPhrases(phrases.slice(0, MOST_OTHERS), "; "), ...(more > 0 ? [`; and ${more} more`] : [])];
}

/** Losses first. */
function place(change: Change): number {
  if (change.kind === "connector" || change.kind === "branch")
    return change.effect === "deleted" || change.effect === "replaced" ? 0 : 4;
  if (change.kind === "role") return change.after === undefined ? 0 : change.before === undefined ? 2 : 1;
  if (change.kind === "membership") return change.after === "none" ? 1 : 3;
  return 3;
}

function sayChange(change: Change): Phrase[] {
  switch (change.kind) {
    case "role":
      return sayRole(change);
    case "membership":
      return [sayMembership(change)];
    case "database":
    case "schema":
      return [sayContainer(change)];
    case "connector":
    case "branch":
      return [say`${[change.kind]} ${change.name} is ${[VERBS[change.effect]]}`];
    default:
      return [];
  }
}

function sayRole({ role, before, after, passwordChanged }: RoleChange): Phrase[] {
  if (after === undefined) return [say`role ${role} is dropped`];
  if (before === undefined) return [say`role ${role} is created: ${[words(after)]}`];
  const flags = changedFlags(before, after);
  const changes = flags.map((flag) => `${flagWord(flag, before[flag])} → ${flagWord(flag, after[flag])}`);
  return [
    ...(before.name === after.name ? [] : [say`role ${before.name} is renamed to ${after.name}`]),
    ...(changes.length === 0 ? [] : [say`role ${role}: ${[changes.join(", ")]}`]),
    ...(passwordChanged ? [say`role ${role} gets another password`] : []),
  ];
}

function words(role: RoleAttributes): string {
  const flags = ROLE_FLAGS.filter((flag) => role[flag] !== (flag === "inherit"));
  return flags.map((flag) => flagWord(flag, role[flag])).join(", ") || "without LOGIN";
}

function sayMembership({ group, member, before, after }: MembershipChange): Phrase {
  if (after === "none") return say`${member} is no longer a member of ${group}`;
  const option = after === "admin" ? [" (ADMIN OPTION)"] : [];
  if (before === "none") return say`${member} becomes a member of ${group}${option}`;
  return say`${member} in ${group}: ${[`${before} → ${after}`]}`;
}

function databaseList(changes: readonly PrivilegeChange[]): string {
  const rows = privilegeRows(changes).map((row) => `- ${markdownPhrase(sayRow(row))}`);
  const [first] = changes;
  const title = first === undefined ? "" : `Database ${markdownPhrase(say`${first.database}`)}`;
  // Not every renderer begins a list without an empty line before it.
  return [title, "", ...rows].join("\n");
}

/** The names of one row that are written, of schemas and of objects. */
const MOST_NAMES = 8;

/** Such as "lost by x: SELECT on all tables in schemas a, b". */
function sayRow(row: PrivilegeRow): Phrase {
  const { effect, grantee, before, after } = row;
  const held = new Set([before, after].filter((words) => words !== ""));
  const who = say`${[`**${effect}** ${PREPOSITIONS[effect]} `]}${sayGrantee(grantee)}`;
  return say`${who}: ${[[...held].join(" → ")]} on ${sayObjects(row)}`;
}

const PREPOSITIONS = { lost: "by", replaced: "for", changed: "for", gained: "by" } as const;

function sayObjects({ schemas, onSchema, objects }: PrivilegeRow): Phrase {
  const more = objects.length - MOST_NAMES;
  const shown = [...objects.slice(0, MOST_NAMES), ...(more > 0 ? [[`${more} more`]] : [])];
  const list = joinPhrases(
    shown.map((phrase, index) => (index > 0 && index === shown.length - 1 ? ["and ", ...phrase] : phrase)),
    shown.length === 2 ? " " : ", ",
  );
  if (schemas.length === 0) return list;
  const isOne = schemas.length === 1;
  const schema = say`${[isOne ? "schema " : "schemas "]}${sayNames(schemas, MOST_NAMES)}`;
  if (!onSchema) return say`${list} in ${schema}`;
  return list.length === 0 ? schema : say`${schema}, and ${list} in ${[isOne ? "it" : "them"]}`;
}
