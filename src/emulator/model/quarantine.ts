import { z } from "zod";

/** QuarantineRow of the document, with the tables it is about, which is also how a quarantine is kept. */
export const quarantine = z.object({
  id: z.string(),
  connector_id: z.string(),
  deployment_name: z.string(),
  status: z.enum(["quarantined", "released"]),
  message: z.string(),
  tables: z.array(z.string()),
  created_at: z.string(),
  released_at: z.string().nullable(),
  released_by: z.string().nullable(),
});
export type Quarantine = Readonly<z.output<typeof quarantine>>;
