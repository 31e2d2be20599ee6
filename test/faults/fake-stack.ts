import { ArdentClient } from "../../src/ardent/client";
import { createBranchProvider } from "../../src/dynamic/branch/branch-provider";
import { createConnectorProvider } from "../../src/dynamic/connector/connector-provider";
import type { Properties, Provider } from "../../src/dynamic/provider";
import { createReplicationProvider } from "../../src/dynamic/replication/replication-provider";
import type { Emulator } from "../../src/emulator/emulator";
import type { TestSource } from "../emulator/test-source";
import { FakeEngine } from "../support/fake-engine";

/** The commands that run while the service fails. */
export type StackStep = "up" | "up with a rotated password" | "up with a branch" | "destroy";

/**
 * A connector, its replication and a branch, with the real providers and an emulator. The engine is simulated.
 */
export class FakeStack {
  private readonly engine = new FakeEngine();
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
  async run(step: StackStep, timeoutMs: number): Promise<Error | undefined> {
    try {
      await (step === "destroy" ? this.destroy(timeoutMs) : this.up(timeoutMs));
      return undefined;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return error;
    }
  }

  /** The id that the state has of a resource. */
  recorded(kind: "Connector" | "Replication" | "Branch"): string | undefined {
    return this.engine.recorded(kind)?.id;
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
    await this.engine.remove("Branch", branches);
    await this.engine.remove("Replication", replications);
    await this.engine.remove("Connector", connectors);
  }

  /** @returns the resource's id */
  private async apply(kind: string, provider: Provider, inputs: Properties): Promise<string> {
    const { id } = await this.engine.apply(kind, provider, { ...inputs, __provider: "code" }, () => {
      throw new Error(`${kind} would be replaced`);
    });
    return id;
  }

  private providers(timeoutMs: number) {
    const client = new ArdentClient({
      apiUrl: this.emulator.url,
      token: this.emulator.token,
      userAgent: "test",
      timeoutMs,
      retry: { attempts: 3, totalMs: 5_000, initialDelayMs: 1 },
    });
    const context = { service: () => client, print: () => {}, pollMs: 1 };
    return {
      connectors: createConnectorProvider(context),
      replications: createReplicationProvider(context),
      branches: createBranchProvider(context),
    };
  }
}
