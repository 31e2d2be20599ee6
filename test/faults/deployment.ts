import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { createSource, type TestSource } from "../emulator/test-source";
import { type EngineProject, engineProject } from "../support/engine";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { type CallGate, type Moment, startCallGate } from "./call-gate";
import { familyOf, killAll, ownerOfPort, type ProcessOfOurs } from "./processes";

/** What a user does to the stack. */
export type Step = "up" | "up with a rotated password" | "destroy";
/** What is ended by SIGKILL. */
export type Victim = "provider" | "engine";

/** Where in a step the kill strikes. */
export interface KillPoint {
  readonly step: Step;
  readonly call: string;
  readonly moment: Moment;
  readonly victim: Victim;
}

/** What Ardent makes on the source beside the slot. */
const PGSTREAM = ["pgstream", "pgstream_emit_ddl_command_end", "pgstream_emit_ddl_drop"];

/** What is deployed: Connector and Replication alone, which is quick, or a whole PostgresSource. */
export type Program = "connector and replication" | "whole source";

/** What a user sees of one command. */
interface Ran {
  readonly failed: boolean;
  readonly text: string;
}

/** One stack with a connector and its replication, deployed by the real engine through a gate. */
export class Deployment implements AsyncDisposable {
  private readonly orphans: ProcessOfOurs[] = [];
  /** Whether the stack is deployed, as far as this object knows. */
  deployed = false;

  private constructor(
    readonly gate: CallGate,
    private readonly emulator: Emulator,
    private readonly source: TestSource,
    private readonly project: EngineProject,
    private readonly kind: Program,
    private readonly state: { readonly file: string; readonly empty: string },
    private password: string,
  ) {}

  static async start(kind: Program): Promise<Deployment> {
    const [server, emulator, source] = await Promise.all([
      sharedPostgres(17),
      startEmulator(),
      createSource({
        script: `CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE events (what text);
                 INSERT INTO orders SELECT generate_series(1, 100)`,
      }),
    ]);
    const gate = await startCallGate(emulator.url);
    const env = {
      ARDENT_TOKEN: emulator.token,
      ARDENT_API_URL: gate.url,
      ADMIN_PASSWORD: server.admin.password,
    };
    const body = kind === "whole source" ? wholeSource : connectorAndReplication;
    const project = await engineProject(body(emulator, source, server), env);
    // The program is JavaScript: starting without the compiler saves a second of each of hundreds of runs.
    const { workspace } = project.stack;
    const settings = await workspace.projectSettings();
    await workspace.saveProjectSettings({
      ...settings,
      runtime: { name: "nodejs", options: { typescript: false } },
    });
    const file = join(fileURLToPath(settings.backend?.url ?? ""), ".pulumi/stacks/infra/test.json");
    const state = { file, empty: await readFile(file, "utf8") };
    return new Deployment(gate, emulator, source, project, kind, state, source.password);
  }

  /** A step without a fault, as a user runs it. */
  async run(step: Step): Promise<Ran> {
    await this.prepare(step);
    this.gate.begin();
    return this.command(step);
  }

  /**
   * A step that is hit at a point; what is left of the processes goes on, as it would.
   *
   * @throws Error when the point was not reached
   */
  async hit({ step, call, moment, victim }: KillPoint): Promise<Ran> {
    await this.prepare(step);
    let failure: Error | undefined = new Error("The call was not made");
    const ran = await this.command(step, (engine) =>
      this.gate.begin({
        call,
        moment,
        happens: (callerPort) => {
          try {
            this.kill(engine, callerPort, victim);
            failure = undefined;
            return victim === "provider";
          } catch (error) {
            failure = error as Error;
            return false;
          }
        },
      }),
    );
    if (failure !== undefined) throw failure;
    return ran;
  }

  private kill(engine: number, callerPort: number, victim: Victim): void {
    const family = familyOf(engine);
    const provider = ownerOfPort(family, callerPort);
    this.orphans.push(...family);
    killAll(family.filter(({ pid }) => pid === (victim === "engine" ? engine : provider.pid)));
  }

  /** What a user does after a kill: takes the lock off, if the engine left one, and runs the same again. */
  async recover({ step, victim }: KillPoint): Promise<Ran> {
    if (victim === "engine") {
      const cancelled = await this.pulumi(["cancel", "--yes"]);
      if (cancelled.failed) return cancelled;
    }
    return this.command(step);
  }

  /**
   * Takes out of the state what a killed engine leaves in it: that it was creating a resource. Until then each run warns
   * of it, and does nothing else about it.
   */
  clearPendingCreates(): Promise<Ran> {
    return this.pulumi(["refresh", "--clear-pending-creates", "--yes", "--skip-preview"]);
  }

  /** Ends what a killed engine has left running. */
  endOrphans(): void {
    killAll(this.orphans.splice(0));
  }

  /** Begins anew: with an empty state and nothing at the service, where that is quicker than to destroy. */
  async reset(): Promise<void> {
    this.endOrphans();
    if (this.kind === "whole source") {
      await this.run("destroy");
      return;
    }
    for (const { id } of await this.connectors()) {
      const { operation_id } = await this.ask("DELETE", `/connectors/${id}`);
      await this.ask("GET", `/operations/${operation_id}?wait=10`);
    }
    await writeFile(this.state.file, this.state.empty);
    this.deployed = false;
  }

  /** The connectors at the service. */
  async connectors(): Promise<{ id: string; name: string; status: string }[]> {
    return (await this.ask("GET", `/connectors?org_id=${this.emulator.orgId}`)).connectors;
  }

  /**
   * Everything that is not as it must be after a step: at the service, on the source, in the state.
   *
   * @param allowed.pendingCreates - the state may say that an engine was killed while it was creating something; see
   *   {@link clearPendingCreates}
   */
  async faults(step: Step, { pendingCreates = false } = {}): Promise<string[]> {
    const [connectors, artefacts, { resources, pending }] = await Promise.all([
      this.connectors(),
      this.source.artefacts(),
      this.recorded(),
    ]);
    const found = {
      connectors: connectors.map(({ name, status }) => `${name} (${status})`),
      artefacts,
      resources,
      pending: pending.filter((type) => !(pendingCreates && type === "creating")),
      ...(step === "destroy"
        ? {}
        : { password: decodeURIComponent(new URL(this.gate.details ?? "").password) }),
    };
    const id = connectors[0]?.id;
    const expected: typeof found =
      step === "destroy"
        ? { connectors: [], artefacts: [], resources: [], pending: [] }
        : {
            connectors: ["infra-test-shop (active)"],
            artefacts: [...PGSTREAM, `pgstream_${this.source.database}_slot`].sort(),
            resources: [`Connector ${id}`, `Replication ${id} of ${id}`],
            pending: [],
            password: this.password,
          };
    return (Object.keys(expected) as (keyof typeof found)[])
      .filter((what) => !isDeepStrictEqual(found[what], expected[what]))
      .map((what) => `${what}: ${JSON.stringify(found[what])} instead of ${JSON.stringify(expected[what])}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.endOrphans();
    await this.project[Symbol.asyncDispose]();
    await this.emulator.cleanUp();
    await this.emulator.close();
    await this.gate.close();
    await this.source.drop();
  }

  // biome-ignore lint/suspicious/noExplicitAny: each caller knows what it asks for
  private async ask(method: string, path: string): Promise<any> {
    const headers = { authorization: `Bearer ${this.emulator.token}` };
    return (await fetch(this.emulator.url + path, { method, headers })).json();
  }

  private async prepare(step: Step): Promise<void> {
    if (step !== "up with a rotated password") return;
    this.password = uniqueName("rotated");
    // A whole source sets it itself.
    if (this.kind === "whole source") return;
    await this.source.admin.query(`ALTER ROLE ${this.source.role} PASSWORD '${this.password}'`);
  }

  private async command(step: Step, started?: (engine: number) => void): Promise<Ran> {
    const command = step === "destroy" ? "destroy" : "up";
    const ran = await this.pulumi([command, "--yes", "--skip-preview"], started);
    if (!ran.failed) this.deployed = step !== "destroy";
    return ran;
  }

  private pulumi(args: string[], started?: (pid: number) => void): Promise<Ran> {
    const { workDir, envVars } = this.project.stack.workspace;
    const child = spawn("pulumi", [...args, "--non-interactive", "--stack", "test"], {
      cwd: workDir,
      env: { ...process.env, ...envVars, ROLE_PASSWORD: this.password },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (part) => (text += part));
    if (child.pid !== undefined) started?.(child.pid);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      // Not "close": the orphans of a killed engine hold its output open.
      child.once("exit", (code) => resolve({ failed: code !== 0, text }));
    });
  }

  private async recorded(): Promise<{ resources: string[]; pending: string[] }> {
    const { resources = [], pending_operations = [] } = JSON.parse(await readFile(this.state.file, "utf8"))
      .checkpoint.latest as {
      resources?: { type: string; id?: string; outputs?: { connectorId?: string } }[];
      pending_operations?: { type: string }[];
    };
    return {
      resources: resources
        .map(({ type, id, outputs }) => ({ kind: type.split("ardent:")[1], id, of: outputs?.connectorId }))
        .filter(({ kind }) => kind === "Connector" || kind === "Replication")
        .map(({ kind, id, of }) => (kind === "Connector" ? `${kind} ${id}` : `${kind} ${id} of ${of}`)),
      pending: pending_operations.map(({ type }) => type),
    };
  }
}

function connectorAndReplication(emulator: Emulator, source: TestSource, server: SharedPostgres): string {
  const plain = { host: server.host, port: server.port, database: source.database, user: source.role };
  return `
const connector = new ardent.Connector("shop", {
  projectId: ${JSON.stringify(emulator.projectId)},
  source: { ...${JSON.stringify(plain)}, password: pulumi.secret(process.env.ROLE_PASSWORD) },
});
new ardent.Replication("shop", {
  connectorId: connector.connectorId,
  decisions: { "public.events": "exclude" },
});
`;
}

function wholeSource(emulator: Emulator, source: TestSource, server: SharedPostgres): string {
  const plain = {
    host: server.host,
    port: server.port,
    database: source.database,
    schemas: { public: { owners: ["postgres"] } },
    replicaIdentity: { "public.events": "exclude" },
    connector: { projectId: emulator.projectId },
  };
  return `
new ardent.PostgresSource("shop", {
  ...${JSON.stringify(plain)},
  admin: { user: "postgres", password: pulumi.secret(process.env.ADMIN_PASSWORD) },
  role: { name: ${JSON.stringify(`${source.role}_own`)}, password: pulumi.secret(process.env.ROLE_PASSWORD) },
});
`;
}
