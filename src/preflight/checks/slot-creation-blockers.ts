import type { Check, Finding } from "../check";
import { counted } from "../counted";
import type { Activity } from "../facts/activity";
import { ourSlots } from "../ours";
import { fail, notRead, pass } from "../verdict";

/** Transactions that are older block by being forgotten, not by being at work. */
const LONG_SECONDS = 60;

/**
 * Creating a slot waits for every transaction that has written, in whatever database, prepared ones included.
 */
export const slotCreationBlockers: Check = {
  id: "slot-creation-blockers",
  category: "server",
  title: "no long transaction keeps a slot from being created",
  severity: "warning",
  momentary: true,
  run: ({ facts }) => {
    const { activity } = facts;
    if (ourSlots(facts).length > 0) return pass("the slot exists");
    if (activity.kind !== "read") return notRead(activity);
    const blockers = blockersOf(activity.value);
    if (blockers.length > 0)
      return fail(`${counted(blockers.length, "transaction")} will keep a slot waiting`, blockers, {
        text: "Let whoever opened them finish them: COMMIT or ROLLBACK in the session, or SELECT pg_catalog.pg_terminate_backend(<pid>), which undoes its work. A prepared transaction outlives every session: COMMIT PREPARED or ROLLBACK PREPARED '<gid>' in its database; what it stands for, its application knows.",
      });
    return activity.value.allVisible
      ? pass()
      : { kind: "skipped", message: "this user does not see how long transactions of others are open" };
  },
};

function blockersOf({ transactions, prepared }: Activity): Finding[] {
  return [
    ...transactions
      .filter(({ hasXid, seconds }) => hasXid && seconds >= LONG_SECONDS)
      .map(({ pid, user, database, application, seconds }) => ({
        object: `process ${pid}`,
        current: `open for ${seconds} s`,
        where: [user, application, database].filter((word) => word !== undefined).join(", "),
      })),
    ...prepared
      .filter(({ seconds }) => seconds >= LONG_SECONDS)
      .map(({ gid, owner, database, seconds }) => ({
        object: `prepared transaction ${gid}`,
        current: `open for ${seconds} s`,
        where: `${owner}, ${database}`,
      })),
  ];
}
