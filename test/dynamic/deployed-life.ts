import { isDeepStrictEqual } from "node:util";
import { ArdentClient } from "../../src/ardent/client";
import { createConnectorProvider } from "../../src/dynamic/connector/connector-provider";
import type { Properties, Provider } from "../../src/dynamic/provider";
import { createReplicationProvider } from "../../src/dynamic/replication/replication-provider";
import { type ConnectorStore, startConnectorStore } from "../support/connector-store";
import { FakeEngine, type Recorded } from "../support/fake-engine";
import type { SeenRequest } from "../support/scripted-service";
import { isCreation, isLook, played, type RequestFault, withNews } from "./service-faults";

/** The program's arguments. */
export interface ProgramArgs {
  readonly password: string;
  readonly project: string;
  readonly database: string;
  /** Undefined takes the default. */
  readonly name?: string;
  readonly adopt: boolean;
  readonly selection: readonly string[];
  readonly decision: string;
  readonly wait: boolean;
}

const DEFAULT_NAME = "app-prod-shop";

/** Thrown at the point where the process is killed. */
class Killed extends Error {}

/**
 * A connector and its replication from their creation to their deletion, with the real providers over real sockets. The
 * engine is simulated, and the process can be killed.
 */
export class DeployedLife {
  private readonly engine = new FakeEngine((call) => this.alive(call));
  readonly printed: string[] = [];
  /** Creations that were sent without a search since the one before. */
  blindCreations = 0;
  /** How many requests the last run has made. */
  asked = 0;
  /** Whether the process of the last run was killed. */
  killed = false;
  /** Whether the last run asked the service to delete something. */
  deleting = false;
  private faults: ReadonlyMap<number, RequestFault> = new Map();
  private outage: RequestFault | undefined;
  private turn = 0;
  private lookedSinceCreation = true;
  private rewordNext = false;
  private looks = 0;
  private creations = 0;

  private constructor(private readonly store: ConnectorStore) {}

  static async start(polls: number): Promise<DeployedLife> {
    const lives: DeployedLife[] = [];
    const store = await startConnectorStore((request) => lives[0]?.faultOf(request), {
      polls,
      reword: (right) => (lives[0]?.rewordNext ? withNews(right) : right),
    });
    const life = new DeployedLife(store);
    lives.push(life);
    return life;
  }

  stop(): Promise<void> {
    return this.store.stop();
  }

  /** The connector in the state. */
  get connector(): Recorded | undefined {
    return this.engine.recorded("Connector");
  }

  get connectors() {
    return this.store.connectors;
  }

  /** Lets time pass: all running work at the service ends. */
  settle(): void {
    this.store.settle();
  }

  /**
   * `pulumi up`, `refresh` or `destroy`.
   *
   * @param faults - by the number of the request, from 0; the others have none
   * @returns how it failed; undefined when it did not
   */
  async run(
    command: "up" | "refresh" | "destroy",
    program: ProgramArgs,
    faults: ReadonlyMap<number, RequestFault>,
  ): Promise<Error | undefined> {
    this.faults = faults;
    this.turn = 0;
    this.outage = undefined;
    this.killed = false;
    this.deleting = false;
    this.store.arriveLate();
    const before = this.store.requests.length;
    try {
      if (command === "up") await this.up(program, this.providers(faults.size === 0));
      if (command === "refresh") await this.refresh(this.providers(faults.size === 0));
      if (command === "destroy") await this.destroy(this.providers(faults.size === 0));
      return undefined;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return error;
    } finally {
      this.lookedSinceCreation = true;
      this.asked = this.store.requests.length - before;
    }
  }

  /** Differences from the program after a successful `up`. */
  differences(program: ProgramArgs): string[] {
    const found = this.connectors.map(
      ({ id, name, project_id, connection_details, selected_paths, decisions, setUp }) => ({
        id,
        name,
        project: project_id,
        url: (connection_details as { url?: string }).url,
        selection: selected_paths,
        decisions: program.selection.includes("*") ? decisions : {},
        setUp,
      }),
    );
    const expected = [
      {
        id: this.connector?.id,
        name: program.name ?? DEFAULT_NAME,
        project: program.project,
        url: `postgresql://ardent:${encodeURIComponent(program.password)}@db.example.com:5432/${program.database}`,
        selection: program.selection,
        decisions: program.selection.includes("*") ? { "public.events": program.decision } : {},
        setUp: true,
      },
    ];
    const state = {
      connectorId: this.connector?.outs.connectorId,
      connectorName: this.connector?.outs.connectorName,
      projectId: this.connector?.outs.projectId,
      replication: this.engine.recorded("Replication")?.id,
    };
    const expectedState = {
      connectorId: expected[0]?.id,
      connectorName: expected[0]?.name,
      projectId: program.project,
      replication: expected[0]?.id,
    };
    return [
      ...(isDeepStrictEqual(found, expected)
        ? []
        : [`${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`]),
      ...(isDeepStrictEqual(state, expectedState)
        ? []
        : [`state ${JSON.stringify(state)} instead of ${JSON.stringify(expectedState)}`]),
    ];
  }

  private async up(program: ProgramArgs, { connectors, replications }: Providers): Promise<void> {
    const { outs } = await this.engine.apply("Connector", connectors, connectorInputs(program), () =>
      this.engine.forget("Replication"),
    );
    const replication = {
      __provider: "code",
      connectorId: outs.connectorId,
      selection: program.selection,
      decisions: { "public.events": program.decision },
      wait: program.wait,
    };
    await this.engine.apply("Replication", replications, replication, () => {});
  }

  private async refresh({ connectors, replications }: Providers): Promise<void> {
    await this.engine.refresh("Connector", connectors);
    await this.engine.refresh("Replication", replications);
  }

  private async destroy({ connectors }: Providers): Promise<void> {
    this.engine.forget("Replication");
    await this.engine.remove("Connector", connectors);
  }

  /** The result of a call; undefined if its process was killed before it arrived. */
  private async alive<T>(call: Promise<T>): Promise<T> {
    const end = await call.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (this.killed) throw new Killed("killed");
    if ("error" in end) throw end.error;
    return end.value;
  }

  /** @param patient - without faults no time-out may strike only because the machine is busy */
  private providers(patient: boolean): Providers {
    const context = {
      print: (line: string) => this.printed.push(line),
      pollMs: 1,
      service: () =>
        this.mortal(
          new ArdentClient({
            apiUrl: this.store.apiUrl,
            token: "sk-ard_test_canary",
            userAgent: "test",
            timeoutMs: patient ? 20_000 : 200,
            retry: { attempts: 3, totalMs: 1_000, initialDelayMs: 1 },
          }),
        ),
    };
    return {
      connectors: createConnectorProvider(context),
      replications: createReplicationProvider(context),
    };
  }

  /** A client whose calls fail once its process is killed. */
  private mortal(client: ArdentClient): ArdentClient {
    return new Proxy(client, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => this.alive(Promise.resolve(member.apply(target, args)));
      },
    });
  }

  private faultOf(request: SeenRequest) {
    // A dead process asks nothing: what its client still sends does not reach the service.
    if (this.killed) return { work: "not-done", answer: { cut: "before-answer" } } as const;
    const fault = this.outage ?? this.faults.get(this.turn++);
    if (fault?.kind === "outage") this.outage = fault;
    const listedBefore = this.lookedSinceCreation ? undefined : this.store.listedBefore();
    if (isCreation(request)) {
      if (this.creations > 0 && this.looks === 0) this.blindCreations++;
      this.creations++;
      this.looks = 0;
      this.lookedSinceCreation = false;
    }
    if (isLook(request)) {
      this.lookedSinceCreation = true;
      // What is late is a creation; a look is answered all the same.
      if (fault === undefined || ["news", "list lags", "late"].includes(fault.kind)) this.looks++;
    }
    this.deleting ||= request.method === "DELETE";
    this.killed = fault?.kind === "kill";
    this.rewordNext = fault?.kind === "news";
    return played(fault, request, listedBefore);
  }
}

interface Providers {
  readonly connectors: Provider;
  readonly replications: Provider;
}

function connectorInputs({ password, project, database, name, adopt }: ProgramArgs): Properties {
  return {
    __provider: "code",
    projectId: project,
    source: { host: "db.example.com", database, user: "ardent", password },
    defaultName: DEFAULT_NAME,
    adopt,
    ...(name === undefined ? {} : { connectorName: name }),
  };
}
