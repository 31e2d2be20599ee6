import { type Problem, UserError } from "../../errors";
import { shippedPage } from "../../shipped-page";
import { type FaultRule, faultRule } from "./rule";

/**
 * Reads rules from a file or a test.
 *
 * @param operations - the operations that rules can name
 * @throws {UserError} with every mistake of every rule
 */
export function readRules(rules: readonly unknown[], operations: readonly string[]): FaultRule[] {
  const schema = faultRule(operations);
  const problems: Problem[] = [];
  const read = rules.flatMap((rule, index) => {
    const parsed = schema.safeParse(rule);
    if (parsed.success) return [parsed.data];
    for (const { message, path } of parsed.error.issues) {
      problems.push({
        what: message,
        object: [`rule ${index + 1}`, ...path].join("."),
        current: JSON.stringify(rule),
        docs: shippedPage("emulator.md"),
      });
    }
    return [];
  });
  if (problems.length > 0) throw new UserError("The faults cannot be used", problems);
  return read;
}
