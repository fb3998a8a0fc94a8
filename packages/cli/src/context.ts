import { GaiaClient } from "./client/api.ts";
import { endpointFrom, homeFolder, type Endpoint, type Environment } from "./client/endpoint.ts";
import { ensureServer, type EnsuredServer } from "./client/ensure-server.ts";
import { serverPort, type ServerPort } from "./server-port.ts";
import { styleOf, wantsColour, type Style } from "./terminal/style.ts";

/** What a command is given: its streams, its surroundings and its way to the server. */
export interface Context {
  readonly environment: Environment;
  readonly folder: string;
  readonly home: string;
  readonly port: ServerPort;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** For what goes to stdout. */
  readonly outStyle: Style;
  /** For what goes to stderr. */
  readonly noteStyle: Style;
  readonly endpoint: Endpoint;
  /** A result: to stdout, with a newline. */
  out(text: string): void;
  /** A result as it is, byte by byte. Resolves when the reader has taken it. */
  outRaw(bytes: Buffer | string): Promise<void>;
  /** Anything else: to stderr, with a newline. */
  note(text: string): void;
  now(): number;
  /** The server, which need not be there. */
  client(): GaiaClient;
  /** The server, started when there was none. */
  server(): Promise<{ client: GaiaClient; ensured: EnsuredServer }>;
  close(): void;
}

/** What tests put in place of the real thing. */
export interface Overrides {
  readonly port?: ServerPort;
}

/** The context of this process. */
export function processContext(overrides: Overrides = {}): Context {
  const environment = process.env;
  const port = overrides.port ?? serverPort;
  const stdoutIsTerminal = process.stdout.isTTY;
  const stderrIsTerminal = process.stderr.isTTY;
  let client: GaiaClient | null = null;
  const endpoint = () => endpointFrom(environment);
  const context: Context = {
    environment,
    folder: process.cwd(),
    home: homeFolder(environment),
    port,
    stdoutIsTerminal,
    stderrIsTerminal,
    stdinIsTerminal: process.stdin.isTTY,
    outStyle: styleOf(wantsColour(environment, stdoutIsTerminal)),
    noteStyle: styleOf(wantsColour(environment, stderrIsTerminal)),
    get endpoint() {
      return endpoint();
    },
    out: (text) => void process.stdout.write(`${text}\n`),
    outRaw: (bytes) => writeAll(bytes),
    note: (text) => void process.stderr.write(`${text}\n`),
    now: () => Date.now(),
    client: () => (client ??= new GaiaClient(endpoint())),
    server: async () => {
      const there = context.client();
      const ensured = await ensureServer(there, environment, () => port.serverProgram());
      return { client: there, ensured };
    },
    close: () => client?.close(),
  };
  return context;
}

/** Waits for a slow reader, so that a log of any size passes through without being held. */
function writeAll(bytes: Buffer | string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(bytes)) resolve();
    else process.stdout.once("drain", resolve);
  });
}
