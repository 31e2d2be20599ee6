/** The highest number of connections over which a snapshot is read, as far as we know. */
export const SNAPSHOT_CONNECTIONS = 16;
