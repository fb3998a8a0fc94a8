import { readFileSync } from "node:fs";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  type ServiceDefinition,
  type StatusObject,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import {
  PROGRAM_PROTO,
  PROGRAM_PROTO_OPTIONS,
  PROGRAM_SERVICE_PROTO,
  PROGRAM_SERVICE_PROTO_OPTIONS,
} from "@gaia/contracts/program-protocol.ts";

/**
 * A program that serves `gaia.program.v1.Program`, well or not: each job in PERFORM does one thing that a host has to
 * take. Started as `node performing-program.ts BEHAVIOUR`; in DESCRIPTIONS are the jobs of each behaviour.
 */

const behaviour = process.argv[2] ?? "good";

const GOOD = [
  {
    id: 1,
    title: "Echo",
    description: "gives back what it was sent",
    arguments: [
      { key: "name", description: "who", type: "TEXT", default_value: "world", required: true },
      { key: "tone", type: "CHOICE", default_value: "calm", choices: ["calm", "wild"] },
      { key: "TOKEN", type: "VAULT" },
    ],
  },
  { id: 2, title: "Logs", depends_on: [1], attempts: 3, timeout_ms: 1500 },
  { id: 3, title: "Part", on_demand: true },
  ...Array.from({ length: 17 }, (_, index) => ({ id: index + 4, title: `Job ${index + 4}` })),
];

const DESCRIPTIONS: Readonly<Record<string, readonly object[]>> = {
  "on-demand-dependency": [
    { id: 1, title: "Build", depends_on: [2] },
    { id: 2, title: "Part", on_demand: true },
  ],
  "only-on-demand": [{ id: 1, title: "Part", on_demand: true }],
  "many-attempts": [{ id: 1, title: "Build", attempts: 101 }],
  "long-timeout": [{ id: 1, title: "Build", timeout_ms: "18446744073709551615" }],
};

interface Start {
  readonly job: number;
  readonly arguments: Readonly<Record<string, string>>;
}
interface HostMessage {
  readonly start?: Start;
  readonly cancel?: { readonly reason: string; readonly grace_ms: string };
  readonly answer?: { readonly request: string; readonly error: string; readonly run: object | null };
}
type Call = ServerDuplexStream<HostMessage, object>;

function end(call: Call, result: object): void {
  call.write({ result });
  call.end();
}

const succeed = (
  call: Call,
  outputs: Readonly<Record<string, string>> = {},
  jobs: readonly object[] = [],
): void => end(call, { outcome: "SUCCEEDED", outputs, jobs });

/** By id. */
const PERFORM: Readonly<Record<number, (call: Call, start: Start) => void>> = {
  1: (call, start) => succeed(call, { start: JSON.stringify(start) }),
  2: (call) => {
    for (const level of ["DEBUG", "INFO", "WARN", "ERROR"])
      call.write({ log: { level, text: level.toLowerCase() } });
    for (let line = 0; line < 200; line += 1) call.write({ log: { text: `line ${line}` } });
    succeed(call);
  },
  // Waits for its cancellation; what it was told is the message.
  4: (call) => {
    call.write({ log: { text: "waiting" } });
    call.on("data", ({ cancel }: HostMessage) => {
      if (cancel !== undefined)
        end(call, { outcome: "CANCELLED", message: `${cancel.reason} ${cancel.grace_ms}` });
    });
  },
  // Starts a run, awaits it and one that is refused; ids are no doubles.
  5: (call) => {
    const answers: Record<string, string> = {};
    const id = "18446744073709551615";
    call.write({ request: { id, start_run: { pipeline: "other", arguments: { x: "1" } } } });
    call.write({ request: { id: "2", await_run: { run: "unknown" } } });
    call.write({ request: { id: "3" } });
    call.on("data", ({ answer }: HostMessage) => {
      if (answer === undefined) return;
      answers[`answer_${answer.request}`] = JSON.stringify({ error: answer.error, run: answer.run });
      if (Object.keys(answers).length === 3) succeed(call, answers);
    });
  },
  6: (call) => end(call, { outcome: "SKIPPED", message: "not today" }),
  7: (call) => end(call, { outcome: "EXIT_PIPELINE", message: "enough" }),
  8: (call) => end(call, { outcome: "FAILED", message: "ä".repeat(1_500_000), outputs: { a: "1" } }),
  9: () => process.exit(4),
  10: (call) => call.end(),
  // What each value is, is a test's: the arguments become the outputs.
  11: (call, start) => succeed(call, start.arguments),
  // And here the jobs.
  12: (call, start) => succeed(call, {}, JSON.parse(start.arguments["jobs"] ?? "[]") as readonly object[]),
  13: (call) => end(call, { outcome: 9 }),
  14: (call) => {
    call.write({ log: { text: "x".repeat(20_000_000) } });
    succeed(call);
  },
  // Goes on after its result, and does not end its stream.
  15: (call) => {
    call.write({ result: { outcome: "SUCCEEDED", outputs: { a: "1" } } });
    call.write({ log: { text: "too late" } });
    call.write({ result: { outcome: "FAILED" } });
  },
  // More requests at once than a host keeps.
  16: (call) => {
    for (let id = 1; id <= 1_001; id += 1) call.write({ request: { id, await_run: { run: "endless" } } });
    call.on("data", ({ answer }: HostMessage) => {
      if (answer !== undefined)
        succeed(call, { refused: answer.request, error: JSON.stringify(answer.error) });
    });
  },
  // Waits for ever, and says on stderr when it is broken off.
  17: (call) => {
    isTaken = true;
    call.on("cancelled", () => process.stderr.write("broken off\n"));
  },
  18: refuse,
  // Has a thread unless 17 was called.
  19: (call) => (isTaken ? refuse(call) : succeed(call)),
  // Ends the process with the next job that is refused, which hears of that.
  20: () => {
    endsWithRefusal = true;
  },
};

let isTaken = false;
let endsWithRefusal = false;

/** As a program that has no thread for a job; says so on stderr as well. */
function refuse(call: Call): void {
  process.stderr.write("no thread\n");
  const refusal: Partial<StatusObject> = {
    code: status.RESOURCE_EXHAUSTED,
    details: "No free threads in thread pool",
  };
  call.emit("error", refusal);
  if (endsWithRefusal) exitAfterTurns(20);
}

/** What is written has left the process by then. */
function exitAfterTurns(turns: number): void {
  if (turns === 0) process.exit(4);
  setImmediate(() => exitAfterTurns(turns - 1));
}

function serve(): void {
  const plugin = loadSync(PROGRAM_PROTO, PROGRAM_PROTO_OPTIONS);
  const program = loadSync(PROGRAM_SERVICE_PROTO, PROGRAM_SERVICE_PROTO_OPTIONS);
  const jobs = DESCRIPTIONS[behaviour] ?? GOOD;
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  // What the files define is known: they are those that hosts load.
  server.addService(plugin["proto.Plugin"] as ServiceDefinition, {
    GetJobs: (call: ServerWritableStream<object, object>) => {
      for (const job of GOOD) {
        if ("on_demand" in job && behaviour !== "lists-on-demand") continue;
        const declared = "arguments" in job ? job.arguments : [];
        call.write({
          unique_id: job.id,
          title: job.title,
          description: "description" in job ? job.description : "",
          dependson: "depends_on" in job ? job.depends_on : [],
          args: declared.map(({ key, ...argument }) => ({
            key,
            type: "textfield",
            value: "default_value" in argument ? argument.default_value : "",
            description: "description" in argument ? argument.description : "",
          })),
        });
      }
      call.end();
    },
    ExecuteJob: (_call: unknown, answer: sendUnaryData<object>) => answer(null, {}),
  });
  server.addService(program["gaia.program.v1.Program"] as ServiceDefinition, {
    Describe: (_call: unknown, answer: sendUnaryData<object>) => {
      if (behaviour === "silent") return;
      answer(null, { sdk: "gaia-test/1.2.3", max_parallel: 7, jobs });
    },
    Perform: (call: Call) => {
      call.on("error", () => {});
      call.on("data", ({ start }: HostMessage) => {
        if (start === undefined) return;
        const perform = PERFORM[start.job];
        const unknown: Partial<StatusObject> = { code: status.NOT_FOUND, details: "no such job" };
        if (perform !== undefined) perform(call, start);
        else if (behaviour === "takes-unknown") succeed(call);
        else call.emit("error", unknown);
      });
    },
  });
  const [certificate, key, authority] = ["GAIA_PLUGIN_CERT", "GAIA_PLUGIN_KEY", "GAIA_PLUGIN_CA_CERT"].map(
    (name) => readFileSync(process.env[name] ?? ""),
  ) as [Buffer, Buffer, Buffer];
  const secure = ServerCredentials.createSsl(
    authority,
    [{ cert_chain: certificate, private_key: key }],
    true,
  );
  server.bindAsync("127.0.0.1:0", secure, (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`1|2|tcp|127.0.0.1:${port}|grpc\n`);
  });
}

serve();
