/** The package pgpass has no types. */
declare module "pgpass" {
  function pgpass(
    connection: { host: string; port: number; database: string; user: string },
    done: (password: string | undefined) => void,
  ): void;
  export = pgpass;
}
