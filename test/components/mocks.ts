import * as pulumi from "@pulumi/pulumi";

/** A child as the component asked for it. */
export interface Child {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/**
 * Runs a component with recording mocks. They prove only its shape: the children with their names and inputs. They prove
 * nothing about a server or the engine.
 */
export async function childrenOf(construct: () => unknown): Promise<readonly Child[]> {
  const children: Child[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        children.push({ type, name, inputs });
        return { id: `${name}-id`, state: inputs };
      },
      call: () => ({}),
    },
    "infra",
    "prod",
  );
  construct();
  // Waits until every registration has been answered.
  await pulumi.runtime.disconnect();
  return children;
}

/** Inputs as a provider gets them: without the marks of secrets. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value && "value" in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** What marks an object as a secret on the wire. */
const SECRET = "4dabf18193072939515e22adb298388d";
