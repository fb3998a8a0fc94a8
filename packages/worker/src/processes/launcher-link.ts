import type { ChildProcess } from "node:child_process";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import {
  type LauncherHello,
  type LauncherMessage,
  LineSplitter,
  MAX_LINE_BYTES,
  PROTOCOL_VERSION,
  parseLauncherBatch,
  type WorkerMessage,
} from "@gaia/launcher";
import { LAUNCHER_TAKEN, type LauncherProgram, startLauncher } from "./launcher-starter.ts";
import type { ProcessTrouble } from "./port.ts";

/** A launcher is ready in 0.2 s; a machine under load may take a while. */
const READY_WITHIN_MS = 15_000;
const CONNECT_AGAIN_MS = 10;
/** Between two starts of a launcher that keeps failing: doubled each time, and back to none after a good while. */
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 10_000;
const STABLE_AFTER_MS = 30_000;
/** A line stays well below the launcher's limit, whatever the environments. */
const MESSAGES_PER_LINE = 256;

/** What the link tells. */
export interface LinkEvents {
  /** Called after the hello of each launcher; what it returns goes out before anything else. */
  readonly onHello: (hello: LauncherHello) => void;
  readonly onMessages: (messages: readonly LauncherMessage[]) => void;
  readonly onLost: () => void;
  readonly onTrouble: (trouble: ProcessTrouble) => void;
}

/** Keeps one connection to the launcher: starts it when there is none, connects again, backs off when it fails. */
export class LauncherLink {
  readonly #program: LauncherProgram;
  readonly #events: LinkEvents;
  readonly #slots: () => number;
  #socket: Socket | null = null;
  #child: ChildProcess | null = null;
  readonly #closing = new AbortController();
  #failures = 0;

  constructor(program: LauncherProgram, slots: () => number, events: LinkEvents) {
    this.#program = program;
    this.#slots = slots;
    this.#events = events;
    void this.#keep();
  }

  /** Sends in lines; false when there is no connection. */
  send(messages: readonly WorkerMessage[]): boolean {
    if (this.#socket === null) return false;
    for (let from = 0; from < messages.length; from += MESSAGES_PER_LINE) {
      this.#socket.write(`${JSON.stringify(messages.slice(from, from + MESSAGES_PER_LINE))}\n`);
    }
    return true;
  }

  /** Ends the connection and makes no other. */
  async close(): Promise<void> {
    this.#closing.abort();
    const socket = this.#socket;
    if (socket === null) return;
    const closed = Promise.withResolvers<void>();
    socket.once("close", closed.resolve);
    socket.end();
    await closed.promise;
  }

  /** Makes no other connection, and resolves when the launcher is gone. */
  async closed(launcherPid: number): Promise<void> {
    this.#closing.abort();
    const child = this.#child;
    if (child !== null && child.pid === launcherPid) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      await new Promise((resolve) => child.once("exit", resolve));
      return;
    }
    while (isAlive(launcherPid)) await pause(CONNECT_AGAIN_MS);
  }

  /** One connection after the other, until closed. */
  async #keep(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const socket = await this.#connectOrStart();
      if (socket === null) {
        await this.#backOff();
        continue;
      }
      if (this.#closing.signal.aborted) {
        socket.destroy();
        return;
      }
      const connectedAtMs = performance.now();
      const wasGreeted = await this.#talk(socket);
      const isStable = wasGreeted && performance.now() - connectedAtMs > STABLE_AFTER_MS;
      if (isStable) this.#failures = 0;
      if (this.#closing.signal.aborted) return;
      this.#events.onTrouble({ kind: "disconnected", message: "the launcher closed the connection" });
      // The first failure is answered at once: attempts wait for their ends.
      if (this.#failures++ > 0) await this.#backOff();
    }
  }

  async #backOff(): Promise<void> {
    const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 10), LONGEST_BACKOFF_MS);
    this.#failures += 1;
    await this.#pause(delayMs);
  }

  /** A pause that closing ends. */
  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  async #connectOrStart(): Promise<Socket | null> {
    const running = await tryConnect(this.#program.socketPath);
    if (running !== null) return running;
    let child: ChildProcess;
    try {
      child = startLauncher(this.#program);
    } catch (error) {
      this.#failed(`the launcher cannot be started: ${String(error)}`);
      return null;
    }
    this.#child = child;
    let startFailure: string | null = null;
    child.once("error", (error) => {
      startFailure = String(error);
    });
    const deadlineMs = performance.now() + READY_WITHIN_MS;
    while (performance.now() < deadlineMs && !this.#closing.signal.aborted) {
      const socket = await tryConnect(this.#program.socketPath);
      if (socket !== null) return socket;
      const hasFailed = child.signalCode !== null || ![null, LAUNCHER_TAKEN].includes(child.exitCode);
      if (hasFailed || startFailure !== null) {
        const how = startFailure ?? `it ended with ${child.signalCode ?? `status ${child.exitCode}`}`;
        this.#failed(`the launcher did not come up: ${how}; see ${this.#program.logPath}`);
        return null;
      }
      await this.#pause(CONNECT_AGAIN_MS);
    }
    if (!this.#closing.signal.aborted) {
      this.#failed(`the launcher did not answer within ${READY_WITHIN_MS} ms; see ${this.#program.logPath}`);
    }
    return null;
  }

  #failed(message: string): void {
    this.#events.onTrouble({ kind: "launcher_failed", message });
  }

  /** Until the connection ends; true when the launcher's hello was understood. */
  async #talk(socket: Socket): Promise<boolean> {
    const splitter = new LineSplitter(MAX_LINE_BYTES);
    let wasGreeted = false;
    socket.write(`${JSON.stringify([{ kind: "hello", version: PROTOCOL_VERSION, slots: this.#slots() }])}\n`);
    socket.on("data", (chunk) => {
      const lines = splitter.push(chunk);
      if (lines === "too_long") {
        this.#events.onTrouble({ kind: "protocol", message: "a line of the launcher is too long" });
        socket.destroy();
        return;
      }
      for (const line of lines) wasGreeted = this.#line(socket, line) || wasGreeted;
    });
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("close", resolve));
    if (this.#socket === socket) this.#socket = null;
    if (wasGreeted) this.#events.onLost();
    return wasGreeted;
  }

  /** True when the line held the launcher's hello. */
  #line(socket: Socket, line: string): boolean {
    const { messages, problems } = parseLauncherBatch(line);
    for (const message of problems) this.#events.onTrouble({ kind: "protocol", message });
    let wasGreeted = false;
    for (const message of messages) {
      if (message.kind === "hello") {
        this.#socket = socket;
        wasGreeted = true;
        this.#events.onHello(message);
      } else if (message.kind === "error") {
        this.#errorTold(message);
      }
    }
    this.#events.onMessages(messages);
    return wasGreeted;
  }

  #errorTold({ code, message }: LauncherMessage & { kind: "error" }): void {
    if (code === "replaced") {
      // Two workers that take the launcher from each other would do so for ever: the newer one has it.
      this.#closing.abort();
      this.#events.onTrouble({ kind: "replaced", message });
    } else if (code === "version") this.#events.onTrouble({ kind: "version", message });
    else if (code === "malformed") this.#events.onTrouble({ kind: "protocol", message });
  }
}

async function tryConnect(path: string): Promise<Socket | null> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", () => resolve(null));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
