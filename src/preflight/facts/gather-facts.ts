import type { AccessState } from "../../access/state";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import type { Session, SessionOptions } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { type Instances, readInstances } from "../probes/instances";
import { logIn, type OpenedSession, tryLogin, withSessionState } from "../probes/login";
import { probeSlot, type SlotProbe } from "../probes/slot";
import type { PreflightRequest } from "../request";
import { DEFAULT_LIMIT_MS, timeLimit } from "../time-limit";
import { isWithoutDatabase, orAwaitedLogin, orAwaitedNetwork } from "./awaited-source";
import { type ConnectionFacts, type LoginAttempt, readNetworkFacts } from "./connection";
import { awaitedValue, type Cause, type Evidence } from "./evidence";
import type { Facts, FamilyFacts } from "./facts";
import { parseFamilies } from "./facts-schema";
import { questionOf, type Refusal, type SessionFamily } from "./family";
import type { FactName } from "./named-facts";
import { FAMILIES, type SessionFamilyName } from "./registry";
import type { ServerFacts } from "./server";
import type { ServiceFacts } from "./service";
import { withOneCause } from "./unreached-source";

/** How to read the facts. */
export interface GatherOptions {
  readonly request: PreflightRequest;
  /** The user that reads the catalog; the role itself if absent. */
  readonly admin?: ConnectionSettings;
  /** The role's own login, by the way that this runner goes. */
  readonly role?: ConnectionSettings;
  /** The data of Ardent's service. */
  readonly service?: Evidence<ServiceFacts>;
  /** What is read of the catalog, for who judges a part of it; everything by default. */
  readonly families?: ReadonlySet<SessionFamilyName>;
  readonly probes: {
    /** Create a temporary slot: the one thing that is written. Never in a preview. */
    readonly slot: boolean;
    /** Log in as the role. */
    readonly login: boolean;
  };
  /** The longest that one query may take, in milliseconds; 30,000 by default. */
  readonly statementTimeoutMs?: number;
  /** Facts that cannot be read before the deployment, for want of these inputs. */
  readonly notKnown?: { readonly [name in FactName]?: readonly string[] };
  readonly signal?: AbortSignal;
  /** Called with a line about each step. */
  readonly onProgress?: (line: string) => void;
}

const APPLICATION_NAME = "pulumi-ardent preflight";
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 5_000;
/** The facts about Ardent if they were not handed in. */
const SERVICE_NOT_ASKED: Evidence<never> = {
  kind: "skipped",
  reason: "Ardent's API was not asked: no token is set",
  missing: "deployment",
};
/** Creating a slot can wait up to LOCK_TIMEOUT_MS for each of several transactions. */
const SLOT_TIMEOUT_MS = 10_000;

/** The options of a run whose time is limited: the signal is that of the limit, and the caller's is apart. */
interface LimitedOptions extends GatherOptions {
  readonly signal: AbortSignal;
  readonly callerSignal: AbortSignal | undefined;
}

/**
 * Reads everything that the checks judge. What cannot be had says so in the facts and stops nothing else; so does what
 * was not read by the limit of the request.
 *
 * @throws the signal's reason when it is aborted
 */
export async function gatherFacts(options: GatherOptions): Promise<Facts> {
  const limit = timeLimit(options.request.limitMs ?? DEFAULT_LIMIT_MS, options.signal);
  try {
    return await gather({ ...options, signal: limit.signal, callerSignal: options.signal });
  } finally {
    limit.clear();
  }
}

async function gather(options: LimitedOptions): Promise<Facts> {
  const { request, signal, onProgress } = options;
  const { notKnown = {} } = options;
  const reader = notKnown.adminLogin === undefined ? (options.admin ?? options.role) : undefined;
  onProgress?.(`connecting to ${(reader ?? request.source).host}`);
  const [network, opened] = await Promise.all([
    notKnown.ipv4 === undefined
      ? withinLimit(
          options,
          readNetworkFacts(request.source, reader ?? request.source, CONNECT_TIMEOUT_MS, signal),
          sameForNetwork,
        )
      : sameForNetwork(awaitedValue(notKnown.ipv4)),
    reader === undefined ? undefined : openReader(options, reader),
  ]);
  const attempt: Evidence<LoginAttempt> =
    notKnown.adminLogin === undefined
      ? (opened?.attempt ?? { kind: "skipped", reason: "no login was given" })
      : awaitedValue(notKnown.adminLogin);
  const { admin, ...reached } = withOneCause(
    { ...network, admin: attempt },
    reader?.host === request.source.host && reader.port === request.source.port,
  );
  try {
    onProgress?.("reading the catalog");
    const [catalog, instances] = await Promise.all([
      readCatalog(options, admin, opened),
      readInstancesOf(options, reader, { attempt: admin, ...opened }),
    ]);
    onProgress?.("trying the role's login");
    const logins = await readLogins(options, { attempt: admin, ...opened }, catalog.access);
    const slotProbe = await readSlotProbe(options, catalog.server, { admin, ...logins }, opened?.session);
    return {
      connection: { ...orAwaitedNetwork(reached, request.mayCreate), admin, ...logins, instances },
      ...catalog,
      slotProbe,
      service: options.service ?? SERVICE_NOT_ASKED,
      serviceAccess: SERVICE_NOT_ASKED,
    };
  } finally {
    await opened?.session?.close();
    await opened?.serverSession?.close();
  }
}

function sameForNetwork(evidence: Unread): Pick<ConnectionFacts, "ipv4" | "tcp" | "tls"> {
  return { ipv4: evidence, tcp: evidence, tls: evidence };
}

/**
 * Opens the session that reads. Where the database does not exist, it is opened in another one of the server, which says
 * everything but what is inside the database.
 */
async function openReader(options: LimitedOptions, reader: ConnectionSettings): Promise<ReaderSession> {
  const opening = (settings: ConnectionSettings) =>
    withinLimit<OpenedSession>(
      options,
      logIn(settings, { ...sessionOptions(options), pipeline: true }),
      (late) => ({ attempt: late }),
    );
  const opened = await opening(reader);
  const attempt = orAwaitedLogin(opened.attempt, options.request.mayCreate);
  if (!isWithoutDatabase(opened.attempt)) return { ...opened, attempt };
  const { session } = await opening({ ...reader, database: MAINTENANCE_DATABASE });
  return { attempt, ...(session === undefined ? {} : { serverSession: session }) };
}

/** A login, and a session in the database, or in another one of the server. */
interface ReaderSession extends OpenedSession {
  readonly serverSession?: Session;
}

/** Every server has it, unless it was dropped. */
const MAINTENANCE_DATABASE = "postgres";

async function readInstancesOf(
  options: LimitedOptions,
  reader: ConnectionSettings | undefined,
  { attempt, session }: OpenedSession,
): Promise<Evidence<Instances>> {
  if (!options.probes.login)
    return { kind: "skipped", reason: "no further connections are made in this run" };
  if (reader === undefined || session === undefined) return withoutSession(attempt);
  try {
    return { kind: "read", value: await readInstances(session, reader, sessionOptions(options)) };
  } catch (error) {
    options.callerSignal?.throwIfAborted();
    // A reader who may have one connection reads everything else over it.
    if (sqlState(error) === SqlState.tooManyConnections)
      return { kind: "skipped", reason: "no further connection is available for this user" };
    return unreadable(error);
  }
}

/**
 * What was read, or what to say when the limit came first.
 *
 * @throws the reason of the caller's signal when that is aborted, and whatever else the reading throws
 */
async function withinLimit<T>(
  { signal, callerSignal }: LimitedOptions,
  reading: Promise<T>,
  orLate: (late: Unread) => T,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    callerSignal?.throwIfAborted();
    if (!signal.aborted) throw error;
    return orLate(unreadable(signal.reason));
  }
}

type Unread = Exclude<Evidence<never>, { kind: "read" }>;

/** What one session reads. */
type Catalog = Pick<FamilyFacts, SessionFamilyName>;

async function readCatalog(
  { request, role, families: asked, notKnown = {}, callerSignal }: LimitedOptions,
  admin: Evidence<LoginAttempt>,
  opened: ReaderSession | undefined,
): Promise<Catalog> {
  const question = questionOf(request, APPLICATION_NAME, role?.password);
  const readFamily = async (
    name: string,
    { read, refusal, ofServer }: SessionFamily<unknown>,
  ): Promise<Evidence<unknown>> => {
    const properties = notKnown[name as FactName];
    if (properties !== undefined) return awaitedValue(properties);
    const reading = read(question);
    if (typeof reading !== "function") return reading;
    const session = opened?.session ?? (ofServer ? opened?.serverSession : undefined);
    if (session === undefined) return withoutSession(admin);
    try {
      return { kind: "read", value: await reading(session) };
    } catch (error) {
      callerSignal?.throwIfAborted();
      return unreadable(error, refusal);
    }
  };
  // Asked all at once: a distant server answers in the time of its longest chain of questions.
  const families = Object.entries(FAMILIES).flatMap(([name, family]) => {
    if (!("read" in family)) return [];
    const isAsked = asked?.has(name as SessionFamilyName) ?? true;
    const reading = isAsked ? readFamily(name, family) : Promise.resolve(NOT_ASKED);
    return [reading.then((evidence) => [name, evidence] as const)];
  });
  return parseFamilies(Object.fromEntries(await Promise.all(families)) as Catalog);
}

const NOT_ASKED: Unread = { kind: "skipped", reason: "is not read in this run" };

/** Who was refused has one thing to fix, and `login` says it; who was not reached knows nothing. */
function withoutSession(admin: Evidence<LoginAttempt>): Unread {
  if (admin.kind === "read") return neededFirst("login");
  switch (admin.kind) {
    case "skipped":
      return admin;
    case "awaited":
      return { kind: "awaited", reason: "needs login", needs: "login" };
    case "unknown":
      return { kind: "unknown", reason: "needs login, which is unknown", needs: "login" };
  }
}

function neededFirst(id: string): Unread {
  return { kind: "skipped", reason: `needs ${id}`, needs: id };
}

/** By default every role can read the rest of the catalog; a revoked privilege hides facts that decide. */
const TAKEN_AWAY: Refusal = {
  kind: "unknown",
  right: "all roles have this privilege by default: grant it to this user again",
};

function unreadable(error: unknown, { kind, right }: Refusal = TAKEN_AWAY): Unread {
  if (!(error instanceof Error)) throw error;
  const state = sqlState(error);
  if (state === SqlState.insufficientPrivilege)
    return {
      kind,
      reason: `this user is not allowed to read it: the server says "${error.message}"; ${right}`,
    };
  return {
    kind: "unknown",
    reason: state === undefined ? error.message : `the server says "${error.message}" (SQLSTATE ${state})`,
  };
}

async function readLogins(
  options: LimitedOptions,
  opened: OpenedSession,
  access: Evidence<AccessState>,
): Promise<Pick<ConnectionFacts, "role" | "walsender">> {
  const { role: settings, probes } = options;
  const neither = (reason: string, cause: Cause = {}) => {
    const skipped = { kind: "skipped", reason, ...cause } as const;
    return { role: skipped, walsender: skipped };
  };
  if (options.notKnown?.roleLogin !== undefined) {
    const awaited = awaitedValue(options.notKnown.roleLogin);
    return { role: awaited, walsender: awaited };
  }
  if (!probes.login) return neither("the role's login is not tried in this run");
  if (settings === undefined)
    return neither("the role's password is not known here", { missing: "role-password" });
  if (access.kind === "read" && access.value.role === undefined)
    return neither("the role does not exist yet", { needs: "role-exists" });
  const attempt = (trying: Promise<Evidence<LoginAttempt>>) =>
    withinLimit<Evidence<LoginAttempt>>(options, trying, (late) => late);
  const admin = opened.attempt;
  // The role goes the same way: it would only wait for the same limit.
  if (admin.kind === "unknown") {
    const unknown = withoutSession(admin);
    return { role: unknown, walsender: unknown };
  }
  const isReader = admin.kind === "read" && admin.value.user === settings.user;
  const asWalsender: SessionOptions = { ...sessionOptions(options), replication: "database" };
  const [role, walsender] = await Promise.all([
    attempt(
      isReader ? withSessionState(opened) : tryLogin(settings, sessionOptions(options), withSessionState),
    ),
    attempt(
      tryLogin(settings, asWalsender, async ({ attempt, session }) => {
        await session?.query("IDENTIFY_SYSTEM");
        return attempt;
      }),
    ),
  ]);
  return { role, walsender };
}

/** The slot is created as the role where the role gets in from here, otherwise as the admin. */
async function readSlotProbe(
  { admin, role, probes, signal, callerSignal, onProgress }: LimitedOptions,
  server: Evidence<ServerFacts>,
  logins: Pick<ConnectionFacts, "admin" | "role">,
  observer: Session | undefined,
): Promise<Evidence<SlotProbe>> {
  if (!probes.slot)
    return { kind: "skipped", reason: "no slot is created in this run", missing: "slot-probe" };
  if (server.kind !== "read") return server;
  const { inRecovery, settings: values, slots } = server.value;
  if (inRecovery) return neededFirst("writable-primary");
  if (values.wal_level?.value !== "logical") return neededFirst("wal-level");
  if (slots.length >= Number(values.max_replication_slots?.value))
    return { kind: "skipped", reason: "no replication slot is free for a test" };
  const roleLogsIn = logins.role.kind === "read" && logins.role.value.outcome === "accepted";
  const settings = roleLogsIn ? role : admin;
  if (settings === undefined) return neededFirst("login");
  // Through a pooler no timeout limits it, and the slot may stay on a server connection that another client gets next.
  const login = roleLogsIn ? logins.role : logins.admin;
  if (login.kind === "read" && login.value.outcome === "accepted" && !login.value.direct)
    return neededFirst("direct-connection");
  onProgress?.("creating a temporary slot");
  try {
    return await probeSlot(settings, {
      observer,
      applicationName: APPLICATION_NAME,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      statementTimeoutMs: SLOT_TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    callerSignal?.throwIfAborted();
    return unreadable(error, { kind: "skipped", right: "creating a slot needs REPLICATION" });
  }
}

function sessionOptions({
  signal,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
}: LimitedOptions): SessionOptions {
  return {
    applicationName: APPLICATION_NAME,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    readOnly: true,
    signal,
  };
}
