import { readFileSync, readlinkSync } from "node:fs";

/** What makes a pid mean the same process: the boot of the machine and the namespace of pids. */
export interface HostIdentity {
  readonly bootId: string;
  readonly pidNamespace: string;
}

/** Reads the identity; `unknown` where the system does not tell (then nothing of an earlier launcher is signalled). */
export function readHostIdentity(): HostIdentity {
  return {
    bootId: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: attempt(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/** True when pids of then are pids of now. */
export function isSameHost(one: HostIdentity, other: HostIdentity): boolean {
  const isKnown = one.bootId !== "unknown" && one.pidNamespace !== "unknown";
  return isKnown && one.bootId === other.bootId && one.pidNamespace === other.pidNamespace;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "unknown";
  }
}
