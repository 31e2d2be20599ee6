import { SqlState } from "../../postgres/sqlstate";
import type { Finding, Fix, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass } from "../check/verdict";
import type { Activity } from "../facts/activity";
import { valueIfRead } from "../facts/evidence";
import { counted } from "../judge/counted";
import { ourSlots } from "../judge/own-slots";
import type { SlotProbe } from "../probes/slot";
import type { SlotBlocker } from "../probes/slot-blockers";

/** An older transaction was probably forgotten; a younger one is probably at work. */
const LONG_SECONDS = 60;

/**
 * Creating a slot waits for every transaction with a transaction id, in any database, including prepared ones. The slot
 * probe shows what it waited for; without a probe, a transaction that has been open for long is assumed to stay open.
 */
export const slotCreationBlockers = defineCheck({
  id: "slot-creation-blockers",
  category: "server",
  title: "no open transaction delays the creation of a slot",
  severity: "error",
  pointInTime: true,
  alsoReads: ["slotProbe", "activity", "server", "service", "artifacts"],
  judge: ({ slotProbe, activity, server, ...ours }) => {
    if (ourSlots(valueIfRead(server)?.slots ?? [], ours).length > 0) return pass("the slot exists");
    const probe = valueIfRead(slotProbe);
    if (probe?.outcome === "created") return pass("a temporary slot was created");
    const timedOut = probe && probeTimedOut(probe);
    if (timedOut !== undefined) return judgeTimeout(timedOut, valueIfRead(activity));
    return judgeRead(activity, (open) => {
      const blockers = longOpen(open);
      if (blockers.length > 0) return blocked(blockers.map(findingOf));
      return open.allVisible ? pass() : { kind: "skipped", ...HIDDEN };
    });
  },
});

const HIDDEN: { readonly message: string; readonly fix: Fix } = {
  message: "this user cannot see how long other transactions have been open",
  fix: { text: "GRANT pg_read_all_stats to the user would show it", sql: [], effect: "none" },
};

/** What the probe was waiting for when it timed out; undefined if it did not. */
function probeTimedOut(probe: SlotProbe): readonly SlotBlocker[] | undefined {
  if (probe.outcome !== "refused") return undefined;
  const { sqlstate, waitedFor } = probe;
  return sqlstate === SqlState.lockNotAvailable || sqlstate === SqlState.queryCanceled
    ? waitedFor
    : undefined;
}

/** The creation waits for one transaction after the other: the one it waited for comes first, then other long ones. */
function judgeTimeout(waitedFor: readonly SlotBlocker[], activity: Activity | undefined): Verdict {
  const met = new Set(waitedFor.map(keyOf));
  const others = activity === undefined ? [] : longOpen(activity);
  const all = [...waitedFor, ...others.filter((blocker) => !met.has(keyOf(blocker)))];
  if (all.length > 0) return blocked(all.map(findingOf));
  return fail(
    "creating a slot timed out: it waits for open transactions",
    [
      {
        object: "a temporary slot",
        current: "timed out",
        needed: "all writing transactions to end",
      },
    ],
    HOW_TO_END,
  );
}

function blocked(findings: readonly Finding[]): Verdict {
  const keep = findings.length === 1 ? "keeps" : "keep";
  return fail(
    `${counted(findings.length, "open transaction")} ${keep} a slot from being created`,
    findings,
    HOW_TO_END,
  );
}

const HOW_TO_END: Pick<Fix, "text"> = {
  text: "End each one in its session with COMMIT or ROLLBACK, or with SELECT pg_catalog.pg_terminate_backend(<pid>), which rolls it back. A prepared transaction survives its session and restarts: COMMIT PREPARED '<gid>' or ROLLBACK PREPARED '<gid>' in its database; only the application that prepared it knows which.",
};

function longOpen({ transactions, prepared }: Activity): readonly SlotBlocker[] {
  return [
    ...transactions
      .filter(({ hasXid, seconds }) => hasXid && seconds >= LONG_SECONDS)
      .map((transaction) => ({ kind: "session" as const, ...transaction })),
    ...prepared
      .filter(({ seconds }) => seconds >= LONG_SECONDS)
      .map((transaction) => ({ kind: "prepared" as const, ...transaction })),
  ];
}

function keyOf(blocker: SlotBlocker): string {
  return blocker.kind === "session" ? `${blocker.pid}` : `prepared ${blocker.gid}`;
}

function findingOf(blocker: SlotBlocker): Finding {
  const current = blocker.seconds === undefined ? "open" : `open for ${blocker.seconds} s`;
  if (blocker.kind === "prepared")
    return {
      object: `prepared transaction ${blocker.gid}`,
      current,
      where: `${blocker.owner}, ${blocker.database}`,
    };
  const { pid, user, application, database } = blocker;
  const where = [user, application, database].filter((word) => word !== undefined).join(", ");
  return { object: `process ${pid}`, current, ...(where === "" ? {} : { where }) };
}
