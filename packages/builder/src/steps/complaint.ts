import { BuildError } from "../build-error.ts";
import { headerRemedy, missingTool } from "./toolchains.ts";

/** What shells, make and compilers say when something is not installed. */
const MISSING_PROGRAMS = [
  /(?:^|\s)(?:sh|dash|bash|make|\/bin\/sh): (?:\d+: |line \d+: )?([\w.+-]+): (?:command )?not found/m,
  /make: ([\w.+-]+): No such file or directory/,
  /exec: "([\w.+-]+)": executable file not found/,
  /env: [‘'"]?([\w.+-]+)[’'"]?: No such file or directory/,
];
const MISSING_HEADER = /fatal error: ([\w./+-]+): No such file or directory/;
/** Of the makefile that node-gyp generates for it. */
const OLD_GRPC = /\[grpc\.target\.mk:\d+:/;
const NO_NETWORK =
  /(getaddrinfo|Temporary failure in name resolution|Name or service not known|dial tcp|ECONNREFUSED|ENOTFOUND|ETIMEDOUT|Connection refused|Could not transfer artifact|proxyconnect|Unknown host)/;

/** A better error for a step that failed, read off the end of its output; null: the output has to speak for itself. */
export function complaintIn(output: string, shown: string): BuildError | null {
  for (const pattern of MISSING_PROGRAMS) {
    const name = pattern.exec(output)?.[1];
    if (name !== undefined) return missingTool(name);
  }
  const header = MISSING_HEADER.exec(output)?.[1];
  const remedy = header === undefined ? null : headerRemedy(header);
  if (header !== undefined && remedy !== null)
    return new BuildError(`The build needs the header ${header}, which is not installed here.`, remedy);
  if (OLD_GRPC.test(output)) {
    return new BuildError(
      "The published SDK's grpc 1.24 cannot be compiled for this Node.",
      "Let Node 20 come first on the worker's PATH, or move the pipeline to Gaia's own SDK.",
    );
  }
  const network = output.split("\n").findLast((line) => NO_NETWORK.test(line) && !/\bwarn/i.test(line));
  if (network !== undefined) {
    return new BuildError(
      `\`${shown}\` could not reach a registry: ${network.trim().slice(0, 200)}`,
      "Check the network and the proxy of the worker's machine, and build again.",
    );
  }
  return null;
}
