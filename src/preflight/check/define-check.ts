import type { Facts } from "../facts/facts";
import { type FactName, type FactValue, type NamedFacts, namedFacts } from "../facts/named-facts";
import type { PreflightRequest } from "../request";
import type { Check, Verdict } from "./check";
import { notRead } from "./verdict";

/** What a check judges: what was asked for, the values of what it reads, and the evidence of what it also reads. */
export type JudgeInput<Read extends FactName = never, AlsoRead extends FactName = never> = {
  readonly request: PreflightRequest;
} & { readonly [name in Read]: FactValue<name> } & { readonly [name in AlsoRead]: NamedFacts[name] };

/** A check as its file says it. */
export interface CheckDefinition<Read extends FactName, AlsoRead extends FactName>
  extends Omit<Check, "reads" | "alsoReads" | "run"> {
  /**
   * The facts without which the check says nothing: it is handed their values. Where some were not read, the first of
   * them says why, and the check is skipped or unknown.
   */
  readonly reads?: readonly Read[];
  /** The facts that it judges by as far as they were read: it is handed their evidence. */
  readonly alsoReads?: readonly AlsoRead[];
  /** What the request alone decides, whatever was read; undefined where the facts decide. */
  readonly byRequest?: (request: PreflightRequest) => Verdict | undefined;
  /** Pure. */
  readonly judge: (input: JudgeInput<Read, AlsoRead>) => Verdict;
}

/** Makes a check of its definition: `judge` sees the facts that it declares, and no other. */
export function defineCheck<Read extends FactName = never, AlsoRead extends FactName = never>(
  definition: CheckDefinition<Read, AlsoRead>,
): Check {
  const { reads = [], alsoReads = [], byRequest, judge, ...about } = definition;
  return {
    ...about,
    reads,
    alsoReads,
    run: ({ request, facts }) => byRequest?.(request) ?? judgeFacts(request, facts),
  };

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
