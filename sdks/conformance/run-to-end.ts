import { text } from "node:stream/consumers";
import { type StartCommand, startChildProcess } from "@gaia/program";

export interface Ended {
  /** Null: it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; when it takes longer than that, it is killed with all that it has started. */
export async function runToEnd(
  command: StartCommand,
  environment: NodeJS.ProcessEnv,
  mostMs: number,
): Promise<Ended> {
  const stderr: Buffer[] = [];
  const set = Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const child = await startChildProcess(command, Object.fromEntries(set), {
    onStderr: (bytes) => void stderr.push(bytes),
  });
  const timer = setTimeout(() => child.kill(), mostMs);
  const [stdout, { code }] = await Promise.all([text(child.stdout), child.exited]);
  clearTimeout(timer);
  return { status: code, stdout, stderr: Buffer.concat(stderr).toString("utf8") };
}
