import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { createSource, type TestSource } from "../emulator/test-source";
import { type EngineProject, engineProject } from "../support/engine";
import { OpenApiClient } from "../support/openapi-client";
import { type SharedPostgres, sharedPostgres, uniqueName } from "../support/postgres";
import { type CallGate, type Moment, startCallGate } from "./call-gate";
import { familyOf, killAll, ownerOfPort, type ProcessOfOurs } from "./processes";

/** The user's action. */
export type Step =
  | "up"
  | "up with a rotated password"
  | "up with another selection"
  | "up with another database"
  | "up with a branch"
  | "destroy";
/** The process that gets SIGKILL. */
export type Victim = "provider" | "engine";

/** The point of the kill in a step. */
export interface KillPoint {
  readonly step: Step;
  readonly call: string;
  readonly moment: Moment;
  readonly victim: Victim;
}

/** The objects that Ardent creates on the source in addition to the slot. */
const PGSTREAM = ["pgstream", "pgstream_emit_ddl_command_end", "pgstream_emit_ddl_drop"];

/** The deployed resources: only Connector and Replication, which is fast, or a whole PostgresSource. */
export type Program = "connector and replication" | "whole source";

/** What the program asks for, which the steps change. */
interface Wanted {
  readonly source: TestSource;
  readonly password: string;
  readonly selection: readonly string[];
  readonly branch?: string;
}

/** What a user sees of one command. */
interface Ran {
  readonly failed: boolean;
  readonly text: string;
}

/** One stack with a connector, its replication and at times a branch, deployed by the real engine through a gate. */
export class Deployment implements AsyncDisposable {
  private readonly orphans: ProcessOfOurs[] = [];
  /** Whether the stack is deployed, as far as this object knows. */
  deployed = false;

  private readonly api: OpenApiClient;
  private wanted: Wanted;

  private constructor(
    readonly gate: CallGate,
    private readonly emulator: Emulator,
    private readonly server: SharedPostgres,
    private readonly sources: readonly [TestSource, TestSource],
    private readonly project: EngineProject,
    private readonly kind: Program,
    private readonly state: { readonly file: string; readonly empty: string },
  ) {
    this.api = new OpenApiClient(emulator);
    this.wanted = initially(sources[0]);
  }

  static async start(kind: Program): Promise<Deployment> {
    const script = `CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE events (what text);
                    INSERT INTO orders SELECT generate_series(1, 100)`;
    const [server, emulator, ...sources] = await Promise.all([
      sharedPostgres(17),
      startEmulator(),
      createSource({ script }),
      createSource({ script }),
    ]);
    // The emulator copies a database for a branch only while no session is connected to it.
    for (const source of sources) await source.admin.close();
    const gate = await startCallGate(emulator.url);
    const env = {
      ARDENT_TOKEN: emulator.token,
      ARDENT_API_URL: gate.url,
      ADMIN_PASSWORD: server.admin.password,
    };
    const body =
      kind === "whole source"
        ? wholeSource(emulator, sources[0], server)
        : connectorAndReplication(emulator, server);
    const project = await engineProject(body, env);
    const settings = await project.stack.workspace.projectSettings();
    const file = join(fileURLToPath(settings.backend?.url ?? ""), ".pulumi/stacks/infra/test.json");
    const state = { file, empty: await readFile(file, "utf8") };
    return new Deployment(gate, emulator, server, sources, project, kind, state);
  }

  /** A step without a fault. */
  async run(step: Step): Promise<Ran> {
    await this.prepare(step);
    this.gate.begin();
    return this.command(step);
  }

  /**
   * A step with a kill at a point; the remaining processes continue.
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

  /** The user's actions after a kill: removes the lock, if the engine left one, and runs the same command again. */
  async recover({ step, victim }: KillPoint): Promise<Ran> {
    if (victim === "engine") {
      const canceled = await this.pulumi(["cancel", "--yes"]);
      if (canceled.failed) return canceled;
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

  /** Ends processes that a killed engine has left. */
  endOrphans(): void {
    killAll(this.orphans.splice(0));
  }

  /** Begins again: with an empty state and nothing at the service, where that is quicker than to destroy. */
  async reset(): Promise<void> {
    this.endOrphans();
    if (this.kind === "whole source") {
      await this.run("destroy");
      return;
    }
    for (const { id } of await this.connectors()) {
      await this.api.finish(await this.api.call("DELETE", `/v1/connectors/${id}`));
    }
    await writeFile(this.state.file, this.state.empty);
    this.deployed = false;
    // The same calls as in the run that the points were read from.
    const [source] = this.sources;
    await this.server.query(`ALTER ROLE ${source.role} PASSWORD '${source.password}'`);
    this.wanted = initially(source);
  }

  /** The connectors at the service. */
  async connectors(): Promise<{ id: string; name: string; status: string }[]> {
    const { body } = await this.api.call("GET", `/v1/connectors?org_id=${this.emulator.orgId}`);
    return body.connectors;
  }

  /**
   * Everything that is not as it must be after a step: at the service, on the source, in the state.
   *
   * @param allowed.pendingCreates - the state may say that an engine was killed while it was creating something; see
   *   {@link clearPendingCreates}
   */
  async faults(step: Step, { pendingCreates = false } = {}): Promise<string[]> {
    const { source, password, branch } = this.wanted;
    const [connectors, { resources, pending }, ...artifacts] = await Promise.all([
      this.connectors(),
      this.recorded(),
      ...this.sources.map(async (each) => ({ [each.database]: await each.artifacts() })),
    ]);
    const [id] = connectors.map((connector) => connector.id);
    const branches: { name: string }[] =
      id === undefined ? [] : (await this.api.call("GET", `/v1/branches/${id}`)).body;
    const details = new URL(this.gate.details ?? "postgres://");
    const found = {
      connectors: connectors.map(({ name, status }) => `${name} (${status})`),
      artifacts: Object.assign({}, ...artifacts),
      resources,
      pending: pending.filter((type) => !(pendingCreates && type === "creating")),
      branches: branches.map(({ name }) => name).filter((name) => name === branch),
      details: [details.pathname, decodeURIComponent(details.password)],
    };
    const nowhere = Object.fromEntries(this.sources.map(({ database }) => [database, [] as string[]]));
    const expected: typeof found =
      step === "destroy"
        ? { ...found, connectors: [], artifacts: nowhere, resources: [], pending: [] }
        : {
            connectors: ["infra-test-shop (active)"],
            artifacts: { ...nowhere, [source.database]: [...PGSTREAM, `pgstream_${source.database}_slot`] },
            resources: [
              ...(branch === undefined ? [] : [`Branch ${id}/${branch} of ${id}`]),
              `Connector ${id}`,
              `Replication ${id} of ${id}`,
            ],
            pending: [],
            branches: branch === undefined ? [] : [branch],
            details: [`/${source.database}`, password],
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
    for (const source of this.sources) await source.drop();
  }

  /** Changes what is wanted to what the step is about. */
  private async prepare(step: Step): Promise<void> {
    const { source, selection } = this.wanted;
    if (step === "up with a rotated password") {
      const password = uniqueName("rotated");
      this.wanted = { ...this.wanted, password };
      // A whole source sets it itself.
      if (this.kind === "whole source") return;
      await this.server.query(`ALTER ROLE ${source.role} PASSWORD '${password}'`);
    } else if (step === "up with another selection") {
      this.wanted = { ...this.wanted, selection: [selection.includes("*") ? "public.orders" : "*"] };
    } else if (step === "up with another database") {
      const other = this.sources[source === this.sources[0] ? 1 : 0];
      await this.server.query(`ALTER ROLE ${other.role} PASSWORD '${other.password}'`);
      this.wanted = { ...this.wanted, source: other, password: other.password };
    } else if (step === "up with a branch") {
      this.wanted = { ...this.wanted, branch: uniqueName("pr") };
    }
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
      env: { ...process.env, ...envVars, WANTED: JSON.stringify(this.described()) },
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

  /** What the program reads. */
  private described(): object {
    const { source, password, selection, branch } = this.wanted;
    return { database: source.database, user: source.role, password, selection, branch };
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
        .filter(({ kind }) => kind === "Connector" || kind === "Replication" || kind === "Branch")
        .map(({ kind, id, of }) => (kind === "Connector" ? `${kind} ${id}` : `${kind} ${id} of ${of}`))
        .sort(),
      pending: pending_operations.map(({ type }) => type),
    };
  }
}

function initially(source: TestSource): Wanted {
  return { source, password: source.password, selection: ["*"] };
}

function connectorAndReplication(emulator: Emulator, server: SharedPostgres): string {
  return `
const { database, user, password, selection, branch } = JSON.parse(process.env.WANTED);
const { connectorId } = new ardent.Connector("shop", {
  projectId: ${JSON.stringify(emulator.projectId)},
  source: {
    ...${JSON.stringify({ host: server.host, port: server.port })},
    database,
    user,
    password: pulumi.secret(password),
  },
});
const decisions = { "public.events": "exclude" };
const replication = new ardent.Replication("shop", { connectorId, selection, decisions });
// One after the other, so that every run makes the same calls in the same order.
const dependsOn = [replication];
if (branch !== undefined) new ardent.Branch("pr", { connectorId, name: branch }, { dependsOn });
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
  role: {
    name: ${JSON.stringify(`${source.role}_own`)},
    password: pulumi.secret(JSON.parse(process.env.WANTED).password),
  },
});
`;
}
