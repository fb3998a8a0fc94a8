/** The processes of this host, by way of the launcher. */
export * from "./port.ts";
export { type LauncherClientOptions, openProcesses } from "./launcher-client.ts";
export type { LauncherProgram } from "./launcher-starter.ts";
