import ipaddr from "ipaddr.js";
import type { HbaColumn, HbaRule } from "../../../postgres/hba";
import type { Finding } from "../../check/check";
import type { PreflightRequest } from "../../request";
import type { NonMatchingRule } from "./hba-prediction";

/**
 * Says why lines of pg_hba.conf do not match: one finding for each, the closest ones first.
 *
 * Lines for Unix sockets are left out, because they never match a TCP connection.
 */
export function nonMatchingRuleFindings(
  request: PreflightRequest,
  lines: readonly NonMatchingRule[],
): Finding[] {
  return lines
    .filter(({ rule, columns }) => rule.type !== "local" && (columns.length > 0 || rule.error !== null))
    .sort((one, other) => misses(one) - misses(other))
    .map(({ rule, columns }) => ({
      object: `line ${lineOf(rule)}`,
      ...(columns.length === 0
        ? { current: `without effect: ${rule.error}` }
        : {
            current: `for ${columns.map((column) => `${column} ${found(column, rule)}`).join(", ")}`,
            needed: columns.map((column) => `${column} ${wanted(column, request)}`).join(", "),
          }),
      where: rule.where,
    }));
}

/** A line for another user or database is less close than one for another address. */
function misses({ columns }: NonMatchingRule): number {
  return columns.length + (columns.includes("user") ? 0.5 : 0);
}

function lineOf(rule: HbaRule): string {
  return [rule.type, found("database", rule), found("user", rule), found("address", rule), rule.authMethod]
    .filter((column) => column !== null)
    .join(" ");
}

function found(column: HbaColumn, rule: HbaRule): string {
  switch (column) {
    case "type":
      return rule.type ?? "";
    case "database":
      return shortenedList(rule.database);
    case "user":
      return shortenedList(rule.userName);
    case "address":
      return addressOf(rule);
  }
}

/** How many names of a list are shown. */
const SHOWN_CHARACTERS = 80;

function shortenedList(names: readonly string[] | null): string {
  const list = (names ?? []).join(",");
  return list.length > SHOWN_CHARACTERS ? `${list.slice(0, SHOWN_CHARACTERS)}…` : list;
}

function addressOf({ address, netmask }: HbaRule): string {
  if (address === null || netmask === null) return address ?? "";
  const bits = ipaddr.isValid(netmask) ? ipaddr.parse(netmask).prefixLengthFromSubnetMask() : null;
  return bits === null ? `${address} ${netmask}` : `${address}/${bits}`;
}

function wanted(column: HbaColumn, { source, plan, egressIp, tls }: PreflightRequest): string {
  switch (column) {
    case "type":
      return tls ? "hostssl" : "host";
    case "database":
      return source.database;
    case "user":
      return plan.role.name;
    case "address":
      return egressIp ?? "";
  }
}
