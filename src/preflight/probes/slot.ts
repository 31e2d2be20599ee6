/** What creating a temporary wal2json slot said. */
export type SlotProbe =
  | { readonly outcome: "created"; readonly user: string }
  | {
      readonly outcome: "refused";
      readonly user: string;
      /** The server's SQLSTATE; `reference` in docs/checks/wal2json.md says how to read it. */
      readonly sqlstate: string;
      /** The server's words. */
      readonly message: string;
    };
