import { awaitedValue } from "../facts/evidence";
import type { Facts } from "../facts/facts";
import { type FactName, type FactValue, type NamedFacts, namedFacts } from "../facts/named-facts";
import { notKnownOf, type PreflightRequest } from "../request";
import type { Check, Verdict } from "./check";
import { notRead } from "./verdict";

/** The input of `judge`: the request, the values of the facts in `reads`, and the evidence of those in `alsoReads`. */
export type JudgeInput<Read extends FactName = never, AlsoRead extends FactName = never> = {
  readonly request: PreflightRequest;
} & { readonly [name in Read]: FactValue<name> } & { readonly [name in AlsoRead]: NamedFacts[name] };

/** A check as its file defines it. */
export interface CheckDefinition<Read extends FactName, AlsoRead extends FactName>
  extends Omit<Check, "reads" | "alsoReads" | "run"> {
  /**
   * The facts that the check needs: `judge` gets their values. If some were not read, the check is skipped or unknown,
   * with the reason of the first one.
   */
  readonly reads?: readonly Read[];
  /** The facts that it uses if they were read: `judge` gets their evidence. */
  readonly alsoReads?: readonly AlsoRead[];
  /** Paths of the inputs by which it judges: while one of them is not known, only the deployment can tell. */
  readonly inputs?: readonly string[];
  /** The result if the request alone decides; undefined if the facts decide. */
  readonly byRequest?: (request: PreflightRequest) => Verdict | undefined;
  /** Pure. */
  readonly judge: (input: JudgeInput<Read, AlsoRead>) => Verdict;
}

/** Makes a check from its definition: `judge` sees only the facts that it declares. */
export function defineCheck<Read extends FactName = never, AlsoRead extends FactName = never>(
  definition: CheckDefinition<Read, AlsoRead>,
): Check {
  const { reads = [], alsoReads = [], inputs = [], byRequest, judge, ...about } = definition;
  return {
    ...about,
    reads,
    alsoReads,
    run: ({ request, facts }) => withoutInputs(request) ?? byRequest?.(request) ?? judgeFacts(request, facts),
  };

  function withoutInputs(request: PreflightRequest): Verdict | undefined {
    const properties = notKnownOf(request, inputs);
    return properties.length === 0 ? undefined : notRead(awaitedValue(properties));
  }

  function judgeFacts(request: PreflightRequest, facts: Facts): Verdict {
    const named = namedFacts(facts);
    const values: Partial<Record<FactName, unknown>> = {};
    for (const name of reads) {
      const evidence: NamedFacts[FactName] = named[name];
      if (evidence.kind !== "read") return notRead(evidence);
      values[name] = evidence.value;
    }
    const evidence = Object.fromEntries(alsoReads.map((name) => [name, named[name]]));
    return judge({ request, ...values, ...evidence } as JudgeInput<Read, AlsoRead>);
  }
}
