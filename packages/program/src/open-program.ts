import { tmpdir } from "node:os";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { writeCertificateFiles } from "./certificates/certificate-files.ts";
import { Connection } from "./client/connection.ts";
import { ProgramClient } from "./client/program-client.ts";
import { systemClock } from "./clock.ts";
import { ProgramError } from "./program-error.ts";
import type { KeyPair, OpenProgramOptions, Program, ProgramProcess } from "./port.ts";
import { programEnvironment } from "./start/environment.ts";
import { channelTarget } from "./start/handshake-line.ts";
import { readHandshake } from "./start/handshake-reader.ts";

/**
 * Starts a pipeline program and reads its handshake. Nothing is left behind when that fails, with a `ProgramError`;
 * otherwise `close` has to be called.
 */
export async function openProgram(options: OpenProgramOptions): Promise<Program> {
  const { command, start, authority, clock = systemClock } = options;
  const limits = { startMs: LIMITS.programStartMs, jobListMs: LIMITS.programJobListMs, ...options.limits };
  const [server, host] = await Promise.all([authority.issue(), authority.issue()]);
  const files = writeCertificateFiles(options.folder ?? tmpdir(), authority, server);
  let process: ProgramProcess | null = null;
  let closed: Promise<void> | null = null;
  try {
    process = await start(command, programEnvironment(options.environment, files));
    const started = process;
    const { handshake, lostBytes } = await readHandshake(started, clock, limits.startMs);
    const target = channelTarget(handshake);
    const clientOf = (pair: KeyPair | null): ProgramClient =>
      new ProgramClient(
        new Connection(target, authority, pair, started, clock),
        options.protocol ?? "newest",
      );
    const client = clientOf(host);
    return {
      handshake,
      process: started,
      describe: () => client.describe(limits.jobListMs),
      execute: (call, hooks, signal) => client.execute(call, hooks, signal ?? null),
      health: (service) => client.health(service),
      answersStrangers: () => listsJobs(clientOf(null), limits.jobListMs),
      lostBytes,
      close: () =>
        (closed ??= (async () => {
          client.close();
          await started.stop();
          files.remove();
        })()),
    };
  } catch (reason) {
    await process?.stop();
    files.remove();
    throw reason;
  }
}

async function listsJobs(stranger: ProgramClient, limitMs: number): Promise<boolean> {
  try {
    await stranger.describe(limitMs);
    return true;
  } catch (reason) {
    if (reason instanceof ProgramError) return false;
    throw reason;
  } finally {
    stranger.close();
  }
}
