/** What the programs are told of the source, as configuration. */
export interface Source {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly schemas: readonly string[];
  readonly owners: string[];
}
