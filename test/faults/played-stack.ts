import { ArdentClient } from "../../src/ardent/client";
import { createBranchProvider } from "../../src/dynamic/branch-provider";
import { createConnectorProvider } from "../../src/dynamic/connector-provider";
import { PartialFailure } from "../../src/dynamic/partial-failure";
import type { Properties, Provider } from "../../src/dynamic/provider";
import { createReplicationProvider } from "../../src/dynamic/replication-provider";
import type { Emulator } from "../../src/emulator/emulator";
import type { TestSource } from "../emulator/test-source";

/** What is done to a stack whose service is in trouble. */
export type PlayedStep = "up" | "up with a rotated password" | "up with a branch" | "destroy";

/** What the engine has of a resource. */
interface Recorded {
  readonly id: string;
  readonly outs: Properties;
  /** It failed half way: the engine calls update the next time, whatever diff says. */
  readonly partial?: true;
}

/**
 * A connector, its replication and a branch, by the real providers against an emulator. The engine is played: it calls
 * them in its order, and keeps what they record when they fail half way. That takes a tenth of the real one's time.
 */
export class PlayedStack {
  private readonly state = new Map<string, Recorded>();
  private branch: string | undefined;

  constructor(
    private readonly emulator: Emulator,
    private readonly source: TestSource,
    private password: string,
  ) {}

  /** Changes what the program asks for to what a step is about; what a deployment makes of it is left to `run`. */
  want(change: { readonly password?: string; readonly branch?: string }): void {
    this.password = change.password ?? this.password;
    this.branch = change.branch ?? this.branch;
  }

  /**
   * `pulumi up` or `pulumi destroy`.
   *
   * @param timeoutMs - for one call to the service
   * @returns how it failed; undefined when it did not
   */
  async run(step: PlayedStep, timeoutMs: number): Promise<Error | undefined> {
    try {
      await (step === "destroy" ? this.destroy(timeoutMs) : this.up(timeoutMs));
      return undefined;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return error;
    }
  }

  /** The ids that the state has, by kind. */
  get recorded(): { readonly [kind: string]: unknown } {
    return Object.fromEntries([...this.state].map(([kind, { id }]) => [kind, id]));
  }

  private async up(timeoutMs: number): Promise<void> {
    const { connectors, replications, branches } = this.providers(timeoutMs);
    const { hostname, port } = new URL(this.source.details().url);
    const { database, role: user } = this.source;
    const connectorId = await this.apply("Connector", connectors, {
      projectId: this.emulator.projectId,
      source: { host: hostname, port: Number(port), database, user, password: this.password },
      defaultName: "infra-test-shop",
    });
    await this.apply("Replication", replications, {
      connectorId,
      decisions: { "public.events": "exclude" },
    });
    if (this.branch !== undefined)
      await this.apply("Branch", branches, { connectorId, name: this.branch, origin: "urn" });
  }

  private async destroy(timeoutMs: number): Promise<void> {
    const { connectors, replications, branches } = this.providers(timeoutMs);
    await this.remove("Branch", branches);
    await this.remove("Replication", replications);
    await this.remove("Connector", connectors);
  }

  /** @returns the resource's id */
  private async apply(kind: string, provider: Provider, inputs: Properties): Promise<string> {
    const news = { ...inputs, __provider: "code" };
    const recorded = this.state.get(kind);
    try {
      if (recorded === undefined) {
        const { id, outs } = await provider.create(news, undefined);
        this.state.set(kind, { id, outs: outs as Properties });
        return id;
      }
      const { id, outs, partial } = recorded;
      const { changes, replaces = [] } = await provider.diff(id, outs, news, undefined);
      if (replaces.length > 0) throw new Error(`${kind} would be replaced`);
      if (!changes && partial === undefined) return id;
      const updated = await provider.update(id, outs, news, undefined);
      this.state.set(kind, { id, outs: updated.outs as Properties });
      return id;
    } catch (error) {
      if (error instanceof PartialFailure)
        this.state.set(kind, { id: error.id, outs: error.properties, partial: true });
      throw error;
    }
  }

  private async remove(kind: string, provider: Provider): Promise<void> {
    const recorded = this.state.get(kind);
    if (recorded === undefined) return;
    await provider.delete(recorded.id, recorded.outs, undefined);
    this.state.delete(kind);
  }

  private providers(timeoutMs: number) {
    const client = new ArdentClient({
      apiUrl: this.emulator.url,
      token: this.emulator.token,
      userAgent: "test",
      timeoutMs,
      retry: { attempts: 3, totalMs: 5_000, initialDelayMs: 1 },
    });
    const surroundings = { service: () => client, print: () => {}, pollMs: 1 };
    return {
      connectors: createConnectorProvider(surroundings),
      replications: createReplicationProvider(surroundings),
      branches: createBranchProvider(surroundings),
    };
  }
}
