/** The most connections that a snapshot is read over, as far as is known. */
export const SNAPSHOT_CONNECTIONS = 16;
