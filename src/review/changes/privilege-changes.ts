import type { GrantTarget } from "../../access/privilege-grant";
import type { ResourceStep } from "../read/preview";
import type { HeldPrivilege, PrivilegeChange } from "./change";
import { type Granted, grantedBy } from "./granted";

/** One grantee and one object, as the steps change it. */
interface Ledger {
  readonly grantee: string;
  readonly database: string;
  readonly target: GrantTarget;
  /** By privilege. */
  readonly before: Map<string, HeldPrivilege>;
  readonly now: Map<string, HeldPrivilege>;
  /** What some resource says it grants. */
  readonly declared: Set<string>;
  readonly lostMeanwhile: Set<string>;
  readonly steps: ResourceStep[];
}

/**
 * Compares what is granted before and after a deployment. The steps are followed in their order, because two resources
 * can be about the same privilege: a grant that is moved to another resource is granted first, and revoked when the old
 * resource is deleted.
 */
export function privilegeChanges(steps: readonly ResourceStep[]): PrivilegeChange[] {
  const ledgers = new Map<string, Ledger>();
  for (const step of steps) {
    for (const { one, privileges } of atoms(grantedBy(step.type, step.before)))
      for (const held of privileges) remember(ledgerOf(ledgers, one), held);
  }
  for (const step of steps) follow(ledgers, step);
  return [...ledgers.values()].flatMap(changeOf);
}

/** What the state says was granted. */
function remember({ before, now }: Ledger, held: HeldPrivilege): void {
  before.set(held.privilege, held);
  now.set(held.privilege, held);
}

function follow(ledgers: Map<string, Ledger>, step: ResourceStep): void {
  const { op, type, retained } = step;
  if (op === "import" || op === "read" || (op === "delete" && retained)) return;
  const granted = atoms(grantedBy(type, step.after));
  for (const { one, privileges } of granted) {
    const { declared } = ledgerOf(ledgers, one);
    for (const { privilege } of privileges) declared.add(privilege);
  }
  if (op === "same") return;
  for (const { one, privileges } of atoms(grantedBy(type, step.before))) {
    const ledger = ledgerOf(ledgers, one);
    ledger.steps.push(step);
    for (const { privilege } of privileges) {
      ledger.now.delete(privilege);
      // An update revokes and grants in one transaction.
      if (op === "delete") ledger.lostMeanwhile.add(privilege);
    }
  }
  for (const { one, privileges, revokesAll } of granted) {
    const ledger = ledgerOf(ledgers, one);
    ledger.steps.push(step);
    // What the grantee has on the server is not known; it is revoked.
    if (revokesAll && op === "create" && ledger.before.size === 0)
      ledger.before.set("ALL", { privilege: "ALL", grantOption: false });
    for (const held of privileges) ledger.now.set(held.privilege, held);
  }
}

function changeOf(ledger: Ledger): PrivilegeChange[] {
  const { grantee, database, target, lostMeanwhile, declared, steps } = ledger;
  const before = [...ledger.before.values()];
  const after = [...ledger.now.values()];
  const isHeld = (privilege: string) => ledger.before.has(privilege) && ledger.now.has(privilege);
  const interrupted = [...lostMeanwhile].some(isHeld);
  const overridden = [...declared].some((privilege) => !ledger.now.has(privilege));
  const isSame =
    before.length === after.length &&
    before.every(({ privilege, grantOption }) => ledger.now.get(privilege)?.grantOption === grantOption);
  if (isSame && !interrupted && !overridden) return [];
  const position = steps.find((step) => step.position !== undefined)?.position;
  return [
    {
      kind: "privilege",
      grantee,
      database,
      target,
      before,
      after,
      interrupted,
      overridden,
      urns: [...new Set(steps.map(({ urn }) => urn))],
      ...(position === undefined ? {} : { position }),
    },
  ];
}

type Atom = Pick<Ledger, "grantee" | "database" | "target">;

function ledgerOf(ledgers: Map<string, Ledger>, atom: Atom): Ledger {
  const key = JSON.stringify([atom.grantee, atom.database, atom.target]);
  const known = ledgers.get(key);
  if (known !== undefined) return known;
  const ledger: Ledger = {
    ...atom,
    before: new Map(),
    now: new Map(),
    declared: new Set(),
    lostMeanwhile: new Set(),
    steps: [],
  };
  ledgers.set(key, ledger);
  return ledger;
}

interface Part {
  readonly one: Atom;
  readonly privileges: readonly HeldPrivilege[];
  /** Whether the resource grants nothing, which revokes what there is. */
  readonly revokesAll: boolean;
}

/** A grant on several objects is one on each of them. */
function atoms(granted: Granted | undefined): readonly Part[] {
  if (granted === undefined) return [];
  const { grantee, database, target, grantOption } = granted;
  const privileges = granted.privileges.map((privilege) => ({ privilege, grantOption }));
  return single(target).map((target) => ({
    one: { grantee, database, target },
    privileges,
    revokesAll: privileges.length === 0,
  }));
}

function single(target: GrantTarget): readonly GrantTarget[] {
  switch (target.kind) {
    case "objects":
      return target.names.map((name) => ({ ...target, names: [name] }));
    case "columns":
      return target.columns.map((column) => ({ ...target, columns: [column] }));
    default:
      return [target];
  }
}
