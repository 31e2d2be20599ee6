// The processes of one engine, by Linux' /proc. Only what descends from a process that a test started is ended.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process, told from a later one with its number by when it began. */
export interface ProcessOfOurs {
  readonly pid: number;
  readonly began: string;
}

/** A process and everything that it has started, and that they have. */
export function familyOf(root: number): ProcessOfOurs[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== undefined);
  const family = all.filter(({ pid }) => pid === root);
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid));
  return family.map(({ pid, began }) => ({ pid, began }));
}

/**
 * The one of them that has a TCP connection from this port.
 *
 * @throws Error when none has
 */
export function ownerOfPort(family: readonly ProcessOfOurs[], port: number): ProcessOfOurs {
  const sockets = inodesOf(port).map((inode) => `socket:[${inode}]`);
  const owner = family.find(({ pid }) => filesOf(pid).some((file) => sockets.includes(file)));
  if (owner === undefined) throw new Error(`No process of this engine has a connection from port ${port}`);
  return owner;
}

/** SIGKILL for those that are still there. */
export function killAll(family: readonly ProcessOfOurs[]): void {
  for (const { pid, began } of family) if (statOf(pid)?.began === began) process.kill(pid, "SIGKILL");
}

function statOf(pid: number): { pid: number; parent: number; began: string } | undefined {
  try {
    // The name in brackets may hold spaces; after it come state, parent, …, and as the 20th the time of the start.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    if (fields[0] === "Z") return undefined;
    return { pid, parent: Number(fields[1]), began: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** Of every socket with this local port: what is left of earlier connections may have the same one. */
function inodesOf(port: number): string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((table) => readFileSync(table, "utf8").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(local))
    .map((columns) => columns[9] ?? "");
}

function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((file) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${file}`);
      } catch {
        return "";
      }
    });
  } catch {
    return [];
  }
}
