/** What to do if a connected database was renamed: its slot, and the resources of its grants, have the old name. */
export const KEEPS_NAME =
  "A connected database keeps its name: rename it back (ALTER DATABASE … RENAME TO …, with no session connected to it). To change " +
  "it, then remove this source from the program, run `pulumi up`, rename it, and add the source again.";
