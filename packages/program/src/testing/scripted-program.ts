import { readFileSync, writeSync } from "node:fs";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { PROGRAM_PROTO, PROGRAM_PROTO_OPTIONS } from "@gaia/contracts/program-protocol.ts";

/**
 * A pipeline program that behaves as its first argument says: well, or in one of the ways in which programs go wrong.
 * Started as `node scripted-program.ts BEHAVIOUR`; in BEHAVIOURS below are those that end before they serve.
 */

const behaviour = process.argv[2] ?? "good";

interface ScriptedJob {
  readonly unique_id: number;
  readonly title: string;
  readonly description?: string;
  readonly dependson?: readonly number[];
  readonly args?: readonly { key: string; type: string; description: string; value: string }[];
}

const GOOD_JOBS: readonly ScriptedJob[] = [
  {
    unique_id: 1,
    title: "Count",
    description: "says how often it ran",
    args: [{ key: "name", type: "textfield", description: "whom to greet", value: "Größe ☃" }],
  },
  { unique_id: 2, title: "Fail", dependson: [1] },
  { unique_id: 3, title: "Exit", dependson: [1] },
  { unique_id: 4, title: "Crash" },
  { unique_id: 5, title: "Hang" },
  { unique_id: 6, title: "Refuse" },
  { unique_id: 7, title: "Throw" },
  { unique_id: 8, title: "Shout" },
  { unique_id: 9, title: "Echo" },
];

const JOBS: Readonly<Record<string, () => readonly ScriptedJob[]>> = {
  duplicate: () => [job(1, "Build"), job(2, "build")],
  "duplicate-id": () => [job(1, "Build"), job(1, "Test")],
  cycle: () => [job(1, "Build", 3), job(2, "Test", 1), job(3, "Ship", 2)],
  unknown: () => [job(1, "Build", 99)],
  self: () => [job(1, "Build", 1)],
  none: () => [],
  untitled: () => [job(1, " ")],
  many: () => Array.from({ length: 10_000 }, (_, index) => job(index + 1, `Job ${index + 1}`, index)),
  "too-many": () => Array.from({ length: 10_001 }, (_, index) => job(index + 1, `Job ${index + 1}`)),
  "too-large": () =>
    Array.from({ length: 9 }, (_, index) => ({
      ...job(index + 1, `Job ${index}`),
      description: "x".repeat(2_000_000),
    })),
  unstable: () => [job(1, `Job ${process.hrtime.bigint()}`)],
};

/** The last job of the chain named by `dependsOn` 0 has none. */
function job(id: number, title: string, dependsOn = 0): ScriptedJob {
  return { unique_id: id, title, dependson: dependsOn === 0 ? [] : [dependsOn] };
}

const BEFORE_SERVING: Readonly<Record<string, () => void>> = {
  noise: () => void writeSync(1, "Hello from the pipeline\n"),
  binary: () => void writeSync(1, Buffer.from([0, 1, 2, 255, 254, 10])),
  "long-line": () => void writeSync(1, "x".repeat(100_000)),
  "wrong-core": () => void writeSync(1, "2|2|tcp|127.0.0.1:1|grpc\n"),
  "wrong-app": () => void writeSync(1, "1|7|tcp|127.0.0.1:1|grpc\n"),
  netrpc: () => void writeSync(1, "1|2|tcp|127.0.0.1:1\n"),
  "foreign-address": () => void writeSync(1, "1|2|tcp|203.0.113.7:443|grpc\n"),
  "dead-address": () => void writeSync(1, "1|2|unix|/nonexistent/socket|grpc\n"),
  "exits-early": () => {
    writeSync(2, "Traceback: no module named six\n");
    process.exit(3);
  },
  hangs: () => {},
};

let calls = 0;

const HANDLERS: Readonly<Record<number, (answer: Answer, request: Request) => void>> = {
  1: (answer) => {
    calls += 1;
    process.stderr.write(`count ${calls}\n`);
    answer(null, {});
  },
  2: (answer) => answer(null, { unique_id: 2, failed: true, exit_pipeline: true, message: "it broke" }),
  3: (answer) =>
    answer(null, { unique_id: 3, exit_pipeline: true, message: "pipeline exit requested by job" }),
  4: () => process.exit(4),
  5: () => {},
  6: (answer) => answer({ code: status.RESOURCE_EXHAUSTED, details: "No free threads in thread pool" }),
  7: (answer) => answer({ code: status.UNKNOWN, details: "NameError: uninitialized constant" }),
  8: (answer) => answer(null, { failed: true, exit_pipeline: true, message: "ä".repeat(1_500_000) }),
  9: (answer, request) =>
    answer(null, { failed: true, exit_pipeline: true, message: JSON.stringify(request) }),
};

type Answer = (error: { code: number; details: string } | null, result?: object) => void;
interface Request {
  readonly unique_id: number;
  readonly title: string;
  readonly args: readonly object[];
}

function serve(): void {
  const definition = loadSync(PROGRAM_PROTO, PROGRAM_PROTO_OPTIONS);
  loadPackageDefinition(definition);
  const server = new Server();
  // What the file defines is known: it is the one that hosts load.
  server.addService(definition["proto.Plugin"] as ServiceDefinition, {
    GetJobs: (call: { write(job: object): void; end(): void }) => {
      if (behaviour === "silent-list") return;
      if (behaviour === "dies-in-list") process.exit(9);
      for (const one of (JOBS[behaviour] ?? (() => GOOD_JOBS))()) call.write(one);
      call.end();
    },
    ExecuteJob: (call: { request: Request }, answer: Answer) =>
      HANDLERS[call.request.unique_id]?.(answer, call.request),
  });
  const [certificate, key, authority] = ["GAIA_PLUGIN_CERT", "GAIA_PLUGIN_KEY", "GAIA_PLUGIN_CA_CERT"].map(
    (name) => readFileSync(process.env[name] ?? ""),
  ) as [Buffer, Buffer, Buffer];
  const strict = behaviour !== "no-client-certificate";
  const secure = ServerCredentials.createSsl(
    strict ? authority : null,
    [{ cert_chain: certificate, private_key: key }],
    strict,
  );
  server.bindAsync("127.0.0.1:0", secure, (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`1|2|tcp|localhost:${port}|grpc\n`);
    if (behaviour === "chatty") process.stdout.write("x".repeat(1_000_000));
  });
}

if (behaviour === "ignores-sigterm") process.on("SIGTERM", () => {});
const before = BEFORE_SERVING[behaviour];
if (before === undefined) serve();
else {
  before();
  // Lives until it is stopped, as a program does that never comes to serve.
  setInterval(() => {}, 60_000);
}
