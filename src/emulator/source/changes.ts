import { tablePath } from "./discovery";

const kinds = { I: "insert", U: "update", D: "delete", T: "truncate", M: "ddl" } as const;

/** A change as it arrived from the source. */
export interface Change {
  readonly kind: (typeof kinds)[keyof typeof kinds];
  /** `schema.table`; null for DDL. */
  readonly table: string | null;
  /** New values by column; for a delete the identity of the row; for DDL command and objects. */
  readonly columns: Record<string, unknown>;
  readonly lsn: string | null;
}

/** One message of wal2json's format 2. */
export interface Wal2JsonMessage {
  readonly action: "B" | "C" | keyof typeof kinds;
  readonly schema?: string;
  readonly table?: string;
  readonly columns?: readonly Wal2JsonColumn[];
  readonly identity?: readonly Wal2JsonColumn[];
  readonly content?: string;
  readonly lsn?: string;
  readonly nextlsn?: string;
}

interface Wal2JsonColumn {
  readonly name: string;
  readonly value: unknown;
}

/** Reads a message; undefined for those that only begin or end a transaction. */
export function readChange(message: Wal2JsonMessage): Change | undefined {
  if (message.action === "B" || message.action === "C") return undefined;
  const { schema, table } = message;
  return {
    kind: kinds[message.action],
    table: schema === undefined || table === undefined ? null : tablePath(schema, table),
    columns:
      message.action === "M"
        ? readContent(message.content ?? "")
        : Object.fromEntries(
            (message.columns ?? message.identity ?? []).map((column) => [column.name, column.value]),
          ),
    lsn: message.lsn ?? null,
  };
}

/** Any role can write a logical message with our prefix, so it may not be ours. */
function readContent(content: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(content);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : { content };
  } catch {
    return { content };
  }
}
