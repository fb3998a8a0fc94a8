import { type ChildProcess, fork, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Peer, SLOTS, type Workloads } from "./peer.ts";

/** The program that holds a peer's steps is a process of its own: the client that waits for results is another one. */

interface Order {
  readonly id: number;
  readonly workload: keyof Workloads;
  readonly steps: number;
}

type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };

/** What a service is told at its start. */
export interface ServiceSettings {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly port: number;
}

/** Starts a service and waits until it is ready. `file` is beside this one. */
export async function startService(file: string, settings: Partial<ServiceSettings>): Promise<Peer> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(settings)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: "1",
      RESTATE_LOGGING: "ERROR",
      DO_NOT_TRACK: "1",
      SCARF_ANALYTICS: "false",
    },
  });
  const waiting = new Map<number, { readonly done: () => void; readonly failed: (why: Error) => void }>();
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => {
      reject(new Error(`${file} has ended with ${code}`));
      for (const { failed } of waiting.values()) failed(new Error(`${file} has ended with ${code}`));
    });
    child.on("message", (message) => {
      const report = message as Report;
      if (report.kind === "ready") return resolve();
      const order = waiting.get(report.id);
      waiting.delete(report.id);
      if (report.kind === "done") order?.done();
      else order?.failed(new Error(`${file}: ${report.reason}`));
    });
  });
  let last = 0;
  const perform = (workload: keyof Workloads, steps: number): Promise<void> =>
    new Promise((done, failed) => {
      const order: Order = { id: ++last, workload, steps };
      waiting.set(order.id, { done, failed });
      child.send(order, (problem) => {
        if (problem !== null) failed(problem);
      });
    });
  return {
    inProcess: (steps) => perform("inProcess", steps),
    chain: (steps) => perform("chain", steps),
    independent: (steps) => perform("independent", steps),
    stop: () => ended(child),
  };
}

/** In the service's process: the settings that `startService` gave. */
export function serviceSettings(): ServiceSettings {
  const given = JSON.parse(process.argv[2] ?? "{}") as Partial<ServiceSettings>;
  return { folder: "", databaseUrl: "", port: 0, ...given };
}

/** In the service's process: takes orders, and says that it is ready. */
export function serve(workloads: Workloads): void {
  process.on("message", (message) => {
    const { id, workload, steps } = message as Order;
    workloads[workload](steps).then(
      () => report({ kind: "done", id }),
      (caught: unknown) => report({ kind: "failed", id, reason: String(caught) }),
    );
  });
  // Without its bench there is nothing to serve.
  process.once("disconnect", () => process.exit(0));
  report({ kind: "ready" });
}

let running = 0;
const queue: (() => void)[] = [];

/** `sh -c true`, as many at once as Gaia's worker starts. */
export async function shellTrue(): Promise<number> {
  if (running >= SLOTS) await new Promise<void>((resolve) => queue.push(resolve));
  running++;
  try {
    return await new Promise<number>((resolve, reject) => {
      const shell = spawn("sh", ["-c", "true"], { stdio: "ignore" });
      shell.once("error", reject);
      shell.once("exit", (code) =>
        code === 0 ? resolve(0) : reject(new Error(`sh has ended with ${code}`)),
      );
    });
  } finally {
    running--;
    queue.shift()?.();
  }
}

/** Ends a process that this one has started. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const deadline = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(deadline);
}

function report(what: Report): void {
  process.send?.(what);
}
