import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { PartitionedTable } from "../facts/replication-caveats";
import { counted } from "../judge/counted";

/**
 * A partition inherits only the primary key: a new one starts with REPLICA IDENTITY DEFAULT, regardless of its parent and
 * the other partitions, and excluded by none of their decisions. Existing partitions are judged by replica-identity.
 */
export const partitionIdentity = defineCheck({
  id: "partition-identity",
  category: "tables",
  title: "new partitions will have a replica identity",
  severity: "warning",
  inputs: ["replicaIdentity"],
  reads: ["replicationCaveats"],
  judge: ({ replicationCaveats }) => {
    const { count, first } = replicationCaveats.partitioned;
    if (count === 0) return pass();
    return fail(
      `new partitions of ${counted(count, "table")} will start without a replica identity`,
      first.slice(0, SHOWN_FINDINGS).map((table) => ({
        object: `table ${table.schema}.${table.table}`,
        current: table.hasPartitions
          ? CURRENT[table.identity]
          : `${NAMES[table.identity]} without a primary key, no partition yet`,
        needed: "a primary key, which new partitions inherit",
      })),
      {
        text: "Give the partitioned table a primary key (the partition key is part of it), or set REPLICA IDENTITY in the job that creates partitions, right after each CREATE TABLE. Otherwise each new partition needs a decision of its own.",
      },
      count,
    );
  },
});

const NAMES: { readonly [identity in PartitionedTable["identity"]]: string } = {
  full: "REPLICA IDENTITY FULL",
  index: "REPLICA IDENTITY USING INDEX",
  nothing: "REPLICA IDENTITY NOTHING",
  default: "REPLICA IDENTITY DEFAULT",
};

const CURRENT: { readonly [identity in PartitionedTable["identity"]]: string } = {
  full: "REPLICA IDENTITY FULL, which new partitions do not inherit",
  index: "REPLICA IDENTITY USING INDEX, which new partitions do not inherit",
  nothing: "REPLICA IDENTITY NOTHING, its partitions set or excluded one by one",
  default: "without a primary key, its partitions set or excluded one by one",
};
