import { constants } from "node:os";
import type {
  Json,
  LauncherMessage,
  ResourceLimits,
  StartMessage,
  StopMessage,
  WorkerMessage,
} from "./protocol.ts";

/** A line read: its messages, and what was wrong with the ones that are not among them. */
export interface ParsedBatch<Message> {
  readonly messages: readonly Message[];
  readonly problems: readonly string[];
}

/** Reads one line from a worker. A message that is malformed is named and left out; the others still count. */
export function parseWorkerBatch(line: string): ParsedBatch<WorkerMessage> {
  return parseBatch(line, workerMessageFrom);
}

/** Reads one line from a launcher. */
export function parseLauncherBatch(line: string): ParsedBatch<LauncherMessage> {
  return parseBatch(line, launcherMessageFrom);
}

/** Node's timers fire at once beyond this: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Fields = Readonly<Record<string, unknown>>;

class Malformed extends Error {}

function parseBatch<Message>(line: string, read: (value: unknown) => Message): ParsedBatch<Message> {
  let values: unknown;
  try {
    values = JSON.parse(line);
  } catch (error) {
    return { messages: [], problems: [`a line is not JSON: ${String(error)}`] };
  }
  if (!Array.isArray(values)) return { messages: [], problems: ["a line must be a JSON array of messages"] };
  const messages: Message[] = [];
  const problems: string[] = [];
  for (const value of values) {
    try {
      messages.push(read(value));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      problems.push(error.message);
    }
  }
  return { messages, problems };
}

function workerMessageFrom(value: unknown): WorkerMessage {
  const fields = fieldsOf(value, "a message");
  switch (fields.kind) {
    case "start":
      return startFrom(fields);
    case "hello":
      return { kind: "hello", version: integer(fields, "version", 0), slots: integer(fields, "slots", 0) };
    case "slots":
      return { kind: "slots", slots: integer(fields, "slots", 0) };
    case "stop":
      return stopFrom(fields);
    case "signal":
      return {
        kind: "signal",
        attempt: text(fields, "attempt"),
        signal: signal(fields),
        to: fields.to === "tree" ? "tree" : "main",
      };
    case "extend":
      return { kind: "extend", attempts: texts(fields, "attempts"), leaseMs: integer(fields, "leaseMs", 0) };
    case "list":
      return { kind: "list" };
    case "forget":
      return { kind: "forget", attempts: texts(fields, "attempts") };
    case "shutdown":
      return { kind: "shutdown", killAll: fields.killAll === true };
    default:
      throw new Malformed(`unknown kind of message: ${JSON.stringify(fields.kind)}`);
  }
}

function startFrom(fields: Fields): StartMessage {
  const argv = texts(fields, "argv");
  if (argv.length === 0 || argv[0] === "") throw new Malformed("start: argv must begin with a command");
  return {
    kind: "start",
    attempt: text(fields, "attempt"),
    argv,
    env: environmentFrom(fields.env),
    cwd: absolutePath(fields, "cwd"),
    logPath: absolutePath(fields, "logPath"),
    meta: jsonFrom(fields.meta ?? null),
    ...(fields.secret === true && { secret: true }),
    ...(fields.limits !== undefined && { limits: limitsFrom(fields.limits) }),
    ...(fields.leaseMs !== undefined && { leaseMs: integer(fields, "leaseMs", 0) }),
    ...(fields.nice !== undefined && { nice: integer(fields, "nice", -20, 19) }),
  };
}

function stopFrom(fields: Fields): StopMessage {
  return {
    kind: "stop",
    attempt: text(fields, "attempt"),
    signal: signal(fields),
    graceMs: integer(fields, "graceMs", 0, LONGEST_TIMER_MS),
  };
}

function limitsFrom(value: unknown): ResourceLimits {
  const fields = fieldsOf(value, "limits");
  const { memoryBytes, cpus } = fields;
  if (cpus !== undefined && (typeof cpus !== "number" || !(cpus > 0))) {
    throw new Malformed("limits.cpus must be a number above 0");
  }
  return {
    ...(memoryBytes !== undefined && { memoryBytes: integer(fields, "memoryBytes", 1) }),
    ...(cpus !== undefined && { cpus }),
  };
}

function environmentFrom(value: unknown): Readonly<Record<string, string>> {
  const fields = fieldsOf(value, "env");
  for (const name in fields) {
    const content = fields[name];
    if (typeof content !== "string") throw new Malformed(`env: ${name} must be a string`);
    if (name === "" || name.includes("=") || name.includes("\0") || content.includes("\0")) {
      throw new Malformed(
        `env: ${JSON.stringify(name)} has a name with "=" or a NUL byte in it, which no process can take`,
      );
    }
  }
  return fields as Record<string, string>;
}

function launcherMessageFrom(value: unknown): LauncherMessage {
  const fields = fieldsOf(value, "a message");
  switch (fields.kind) {
    case "started":
      text(fields, "attempt");
      integer(fields, "pid", 1);
      break;
    case "exited":
      text(fields, "attempt");
      fieldsOf(fields.usage, "exited.usage");
      if (!Array.isArray(fields.survivors)) throw new Malformed("exited.survivors must be an array");
      break;
    case "hello":
      integer(fields, "version", 0);
      text(fields, "incarnation");
      break;
    case "list":
      if (!Array.isArray(fields.attempts)) throw new Malformed("list.attempts must be an array");
      break;
    case "error":
      text(fields, "message");
      break;
    default:
      throw new Malformed(`unknown kind of message: ${JSON.stringify(fields.kind)}`);
  }
  // The launcher is our own program and of a version that the hello has checked: the rest is trusted.
  return value as LauncherMessage;
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Malformed(`${what} must be a JSON object`);
  }
  return value as Fields;
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "" || value.includes("\0")) {
    throw new Malformed(`${String(fields.kind)}: ${name} must be a non-empty string without NUL bytes`);
  }
  return value;
}

function texts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  const isText = (item: unknown) => typeof item === "string" && !item.includes("\0");
  if (!Array.isArray(value) || !value.every(isText)) {
    throw new Malformed(`${String(fields.kind)}: ${name} must be an array of strings without NUL bytes`);
  }
  return value;
}

function absolutePath(fields: Fields, name: string): string {
  const value = text(fields, name);
  if (!value.startsWith("/")) throw new Malformed(`${String(fields.kind)}: ${name} must be an absolute path`);
  return value;
}

function integer(fields: Fields, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new Malformed(`${String(fields.kind)}: ${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function signal(fields: Fields): NodeJS.Signals {
  const name = text(fields, "signal");
  if (!Object.hasOwn(constants.signals, name)) {
    throw new Malformed(`${String(fields.kind)}: ${name} is not a signal's name`);
  }
  return name as NodeJS.Signals;
}

/** What came out of JSON.parse is JSON. */
function jsonFrom(value: unknown): Json {
  return value as Json;
}
