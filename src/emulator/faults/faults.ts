import { identifier } from "../model/identifier";
import type { OperationType } from "../model/operation-row";
import type { FaultRule, OperationFault, RequestFault } from "./rule";

/** A rule with its counts. */
export type CountedRule = FaultRule & {
  readonly id: string;
  /** How many calls matched it, with or without the fault. */
  readonly calls: number;
  readonly hits: number;
};

interface Entry {
  readonly id: string;
  readonly rule: FaultRule;
  calls: number;
  hits: number;
  /** Aborted when the rule is removed. */
  readonly lifting: AbortController;
}

/** A fault that stops a piece of work until its rule is removed. */
export interface OperationHit {
  readonly fault: OperationFault;
  readonly lifted: AbortSignal;
}

/**
 * The rules in the order in which they were added. Every rule counts all matching calls; the first due one is applied,
 * and another due one waits for the next call.
 */
export class Faults {
  private readonly entries = new Map<string, Entry>();

  list(): CountedRule[] {
    return [...this.entries.values()].map(describe);
  }

  add(rule: FaultRule): CountedRule {
    return this.restore({ ...rule, id: identifier("flt"), calls: 0, hits: 0 });
  }

  /** Adds a saved rule again. */
  restore({ id, calls, hits, ...rule }: CountedRule): CountedRule {
    const entry = { id, rule, calls, hits, lifting: new AbortController() };
    this.entries.set(id, entry);
    return describe(entry);
  }

  /** @returns whether there was one */
  remove(id: string): boolean {
    this.entries.get(id)?.lifting.abort();
    return this.entries.delete(id);
  }

  clear(): void {
    for (const id of [...this.entries.keys()]) this.remove(id);
  }

  /** Counts a request, and returns its fault. */
  forRequest(operation: string): RequestFault | undefined {
    const hit = this.count(
      ({ rule }) => "operation" in rule && (rule.operation === "*" || rule.operation === operation),
    );
    return hit !== undefined && "operation" in hit.rule ? hit.rule.fault : undefined;
  }

  /** Counts an operation that starts a stage, and returns its fault. */
  forStage(type: OperationType, stage: string, isFirst: boolean): OperationHit | undefined {
    const hit = this.count(
      ({ rule }) =>
        "operationType" in rule &&
        rule.operationType === type &&
        (rule.stage === undefined ? isFirst : rule.stage === stage),
    );
    if (hit === undefined || !("operationType" in hit.rule)) return undefined;
    return { fault: hit.rule.fault, lifted: hit.lifting.signal };
  }

  /** Counts a request, and says whether the token has expired. */
  expiresToken(): boolean {
    return this.count(isTokenEntry) !== undefined;
  }

  /** Makes an expired token valid again; does not change rules that will expire it later. */
  renewToken(): void {
    for (const entry of [...this.entries.values()]) {
      if (isTokenEntry(entry) && entry.hits > 0) this.remove(entry.id);
    }
  }

  private count(applies: (entry: Entry) => boolean): Entry | undefined {
    let hit: Entry | undefined;
    for (const entry of [...this.entries.values()].filter(applies)) {
      entry.calls += 1;
      if (hit === undefined && isDue(entry)) hit = entry;
    }
    if (hit !== undefined) hit.hits += 1;
    return hit;
  }
}

function isDue({ rule, calls, hits }: Entry): boolean {
  const times = "times" in rule ? rule.times : null;
  return calls > rule.after && (times === null || hits < times);
}

function isTokenEntry({ rule }: Entry): boolean {
  return rule.fault.kind === "expire-token";
}

function describe({ id, rule, calls, hits }: Entry): CountedRule {
  return { id, ...rule, calls, hits };
}
