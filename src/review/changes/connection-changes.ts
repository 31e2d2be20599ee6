import { z } from "zod";
import { isLoopback } from "../../loopback";
import type { Inputs, ResourceStep } from "../read/preview";
import type { ConnectionChange } from "./change";
import { nameSchema } from "./known";

/** The type of a provider that connects to Postgres. */
const PROVIDER = "pulumi:providers:postgresql";

const providerSchema = z.object({ host: nameSchema, sslmode: nameSchema.optional() });

/** The providers that are created or connect in another way. */
export function connectionChanges(steps: readonly ResourceStep[]): ConnectionChange[] {
  return steps.flatMap(({ type, op, before, after, urn, position }) => {
    const { data } = providerSchema.safeParse(after);
    if (type !== PROVIDER || data === undefined || !(op === "create" || op === "update")) return [];
    return [
      {
        kind: "connection" as const,
        host: data.host,
        wasCleartext: isCleartext(before),
        isCleartext: isCleartext(after),
        urns: [urn],
        ...(position === undefined ? {} : { position }),
      },
    ];
  });
}

function isCleartext(inputs: Inputs | undefined): boolean {
  const { data } = providerSchema.safeParse(inputs);
  return data?.sslmode === "disable" && !isLoopback(data.host);
}
