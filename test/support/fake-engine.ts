import type { Properties, Provider } from "../../src/dynamic/provider";
import { PartialFailure } from "../../src/dynamic/runtime/partial-failure";

/** What the engine has of a resource. */
export interface Recorded {
  readonly id: string;
  readonly outs: Properties;
  /** It failed half way: the engine calls update the next time, whatever diff says. */
  readonly partial?: true;
}

/**
 * Pulumi's engine, played: it calls the providers as the real one does, and keeps the state as that does when a call
 * fails, and when it fails half way. A real one takes ten times as long.
 */
export class FakeEngine {
  private readonly state = new Map<string, Recorded>();

  /** @param heard - stands between a call and the engine, which may not hear of what it came to */
  constructor(private readonly heard: <T>(call: Promise<T>) => Promise<T> = (call) => call) {}

  /** What the state has of a resource. */
  recorded(kind: string): Recorded | undefined {
    return this.state.get(kind);
  }

  /**
   * Makes a resource as a program asks for it.
   *
   * @param beforeDeletion - called when it is replaced, before the old one is deleted
   * @returns what is recorded of it then
   */
  async apply(
    kind: string,
    provider: Provider,
    inputs: Properties,
    beforeDeletion: () => void,
  ): Promise<Recorded> {
    await this.heard(provider.check(this.state.get(kind)?.outs ?? {}, inputs, undefined));
    const recorded = this.state.get(kind);
    if (recorded === undefined) return this.create(kind, provider, inputs);
    const { id, outs, partial } = recorded;
    const { changes, replaces = [] } = await this.heard(provider.diff(id, outs, inputs, undefined));
    if (replaces.length > 0) {
      beforeDeletion();
      await this.remove(kind, provider);
      return this.create(kind, provider, inputs);
    }
    if (!changes && partial === undefined) return recorded;
    return this.record(
      kind,
      provider.update(id, outs, inputs, undefined).then((updated) => ({ id, outs: updated.outs })),
    );
  }

  /** Reads a resource, as a refresh does: what is gone is in the state no more, and nothing there has failed half way. */
  async refresh(kind: string, provider: Provider): Promise<void> {
    const recorded = this.state.get(kind);
    if (recorded === undefined) return;
    const { id, props } = await this.heard(provider.read(recorded.id, recorded.outs, undefined));
    if (id === undefined) this.state.delete(kind);
    else this.state.set(kind, { id, outs: props as Properties });
  }

  /** Deletes a resource, if there is one. */
  async remove(kind: string, provider: Provider): Promise<void> {
    const recorded = this.state.get(kind);
    if (recorded === undefined) return;
    await this.heard(provider.delete(recorded.id, recorded.outs, undefined));
    this.state.delete(kind);
  }

  /** Takes out of the state what goes with a resource that it depends on, and whose own deletion does nothing. */
  forget(kind: string): void {
    this.state.delete(kind);
  }

  private create(kind: string, provider: Provider, inputs: Properties): Promise<Recorded> {
    return this.record(kind, provider.create(inputs, undefined));
  }

  private async record(kind: string, call: Promise<{ id: string; outs?: Properties }>): Promise<Recorded> {
    try {
      const { id, outs } = await this.heard(call);
      const made = { id, outs: outs as Properties };
      this.state.set(kind, made);
      return made;
    } catch (error) {
      if (error instanceof PartialFailure)
        this.state.set(kind, { id: error.id, outs: error.properties, partial: true });
      throw error;
    }
  }
}
