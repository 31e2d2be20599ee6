import type { ConnectionFacts } from "./connection";
import type { Evidence } from "./evidence";
import type { Facts, FamilyFacts } from "./facts";

/** Every fact by the name under which a check reads it: the families, and each part of the connection. */
export interface NamedFacts extends FamilyFacts {
  /** The addresses of the host. */
  readonly ipv4: ConnectionFacts["ipv4"];
  /** Whether the port accepts connections. */
  readonly tcp: ConnectionFacts["tcp"];
  /** Whether the server offers TLS. */
  readonly tls: ConnectionFacts["tls"];
  /** The login of the user who reads the catalog. */
  readonly adminLogin: ConnectionFacts["admin"];
  /** The login of the role. */
  readonly roleLogin: ConnectionFacts["role"];
  /** The login of the role for replication. */
  readonly walsender: ConnectionFacts["walsender"];
  /** The servers that respond at the address. */
  readonly instances: ConnectionFacts["instances"];
}

/** The name of a fact. */
export type FactName = keyof NamedFacts;

/** The value of a fact. */
export type FactValue<Name extends FactName> = NamedFacts[Name] extends Evidence<infer Value> ? Value : never;

/** The facts by name. */
export function namedFacts({ connection, ...families }: Facts): NamedFacts {
  const { admin: adminLogin, role: roleLogin, ...network } = connection;
  return { ...families, ...network, adminLogin, roleLogin };
}
