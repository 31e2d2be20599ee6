import { membershipStatement } from "../../access/privilege-grant";
import { hasUnknown } from "../changes/known";
import { type DescribedMembership, describedMemberships } from "../changes/membership-changes";
import type { ResourceStep } from "../read/preview";
import type { ScriptLine } from "./script-line";

/** The lines for the memberships of a resource. */
export function membershipLines({ type, before, after }: ResourceStep): ScriptLine[] {
  const olds = describedMemberships(type, before);
  const news = describedMemberships(type, after);
  const isIn = (list: readonly DescribedMembership[], one: DescribedMembership) =>
    list.some(
      (other) => other.group === one.group && other.member === one.member && other.state === one.state,
    );
  const line = (verb: "GRANT" | "REVOKE", one: DescribedMembership): ScriptLine => {
    const { group, member, state } = one;
    const text = hasUnknown(one)
      ? { comment: "A membership that is only known during the deployment." }
      : membershipStatement(verb, { group, member, adminOption: state === "admin" });
    return { place: "roles", verb, about: JSON.stringify(["member", group, member]), text };
  };
  return [
    ...olds.filter((one) => !isIn(news, one)).map((one) => line("REVOKE", one)),
    ...news.filter((one) => !isIn(olds, one)).map((one) => line("GRANT", one)),
  ];
}
