import assert from "node:assert/strict";
import { test } from "node:test";
import { protoDefinition } from "./support/host.js";
import { bool, field, map, message, repeated, string, uint } from "../src/wire/codec.js";
import * as messages from "../src/wire/messages.js";

const services = protoDefinition();

/** @param {string} service @param {string} method @param {"request" | "response"} side */
function proto(service, method, side) {
  const found = /** @type {any} */ (services[service])[method];
  return side === "request"
    ? { encode: found.requestSerialize, decode: found.requestDeserialize }
    : { encode: found.responseSerialize, decode: found.responseDeserialize };
}

const TEXT = "Größe ☃ \u0000 𝄞";
const PROGRAM = "gaia.program.v1.Program";
const START = {
  job: 4_294_967_295,
  title: TEXT,
  arguments: { a: "", [TEXT]: TEXT },
  outputs: { Build: { values: { file: '"a"' } }, Empty: { values: {} } },
  run: "r",
  pipeline: "p",
  attempt: 300,
};

// With values that are no defaults: what the proto files call differently, or number differently, would be lost.
for (const [
  name,
  ours,
  theirs,
  value,
] of /** @type {[string, import("../src/wire/codec.js").Message, any, object][]} */ ([
  [
    "Job",
    messages.Job,
    proto("proto.Plugin", "GetJobs", "response"),
    {
      unique_id: 1986133717,
      title: TEXT,
      description: "d",
      dependson: [1, 300, 4_294_967_295],
      args: [{ description: "d", type: "t", key: "k", value: TEXT }],
      interaction: { description: "d", type: "t", value: "v" },
    },
  ],
  [
    "JobResult",
    messages.JobResult,
    proto("proto.Plugin", "ExecuteJob", "response"),
    { unique_id: 7, failed: true, exit_pipeline: true, message: "x".repeat(70_000) },
  ],
  ["start", messages.HostMessage, proto(PROGRAM, "Perform", "request"), { start: START }],
  [
    "cancel",
    messages.HostMessage,
    proto(PROGRAM, "Perform", "request"),
    { cancel: { reason: "r", grace_ms: 2 ** 40 } },
  ],
  [
    "answer",
    messages.HostMessage,
    proto(PROGRAM, "Perform", "request"),
    { answer: { request: 5, error: "e", run: { id: "i", status: "s", outputs: { a: "1" } } } },
  ],
])) {
  test(`${name}: what a host sends is read, and what we write is what it reads`, () => {
    const read = ours.decode(theirs.encode(value));
    assert.deepEqual(plain(read), plain({ ...emptyOf(ours), ...value }));
    assert.deepEqual(pick(theirs.decode(ours.encode(value)), value), plain(value));
  });
}

for (const [
  name,
  ours,
  theirs,
  value,
  wire,
] of /** @type {[string, import("../src/wire/codec.js").Message, any, object, object][]} */ ([
  [
    "Description",
    messages.Description,
    proto(PROGRAM, "Describe", "response"),
    { sdk: "s", max_parallel: 7, jobs: [jobDescription(4)] },
    { sdk: "s", max_parallel: 7, jobs: [jobDescription("CHOICE")] },
  ],
  [
    "log",
    messages.JobMessage,
    proto(PROGRAM, "Perform", "response"),
    { log: { level: 2, text: TEXT } },
    { log: { level: "WARN", text: TEXT } },
  ],
  [
    "start_run",
    messages.JobMessage,
    proto(PROGRAM, "Perform", "response"),
    { request: { id: 9, start_run: { pipeline: "p", arguments: { x: "1" } } } },
    { request: { id: 9, start_run: { pipeline: "p", arguments: { x: "1" } }, what: "start_run" } },
  ],
  [
    "await_run",
    messages.JobMessage,
    proto(PROGRAM, "Perform", "response"),
    { request: { id: 2 ** 40, await_run: { run: "r" } } },
    { request: { id: 2 ** 40, await_run: { run: "r" }, what: "await_run" } },
  ],
  [
    "result",
    messages.JobMessage,
    proto(PROGRAM, "Perform", "response"),
    { result: { outcome: 3, message: "m", outputs: { a: "1" }, jobs: [addedJob()] } },
    { result: { outcome: "SKIPPED", message: "m", outputs: { a: "1" }, jobs: [addedJob()] } },
  ],
])) {
  test(`${name}: what we write is what a host reads`, () => {
    assert.deepEqual(pick(theirs.decode(ours.encode(value)), wire), wire);
  });
}

test("the names of enumerations stand in the order of their numbers", () => {
  for (const [index, type] of messages.ARGUMENT_TYPES.entries()) {
    const bytes = messages.Description.encode({ jobs: [{ arguments: [{ type: index }] }] });
    assert.equal(
      proto(PROGRAM, "Describe", "response").decode(bytes).jobs[0].arguments[0].type,
      type.toUpperCase(),
    );
  }
  for (const [index, level] of messages.LOG_LEVELS.entries()) {
    const bytes = messages.JobMessage.encode({ log: { level: index, text: "" } });
    assert.equal(proto(PROGRAM, "Perform", "response").decode(bytes).log.level, level.toUpperCase());
  }
  for (const [index, outcome] of messages.OUTCOMES.entries()) {
    const bytes = messages.JobMessage.encode({ result: { outcome: index } });
    const expected = outcome === "exited" ? "EXIT_PIPELINE" : outcome.toUpperCase();
    assert.equal(proto(PROGRAM, "Perform", "response").decode(bytes).result.outcome, expected);
  }
});

const SAMPLE = message({
  number: field(1, uint),
  truth: field(2, bool),
  text: field(3, string),
  numbers: repeated(4, uint),
  texts: map(5, string),
});

test("what was not sent has its default, and defaults are not sent", () => {
  const empty = { number: 0, truth: false, text: "", numbers: [], texts: {} };
  assert.deepEqual(SAMPLE.decode(Buffer.alloc(0)), empty);
  assert.equal(SAMPLE.encode(empty).length, 0);
});

test("numbers are read packed and one by one; fields that are not known are passed over", () => {
  const bytes = Buffer.from([
    ...[0x20, 1, 0x22, 2, 2, 3], // numbers, in both ways
    ...[0x30, 0x96, 1, 0x3a, 1, 0x78, 0x41, 1, 2, 3, 4, 5, 6, 7, 8, 0x4d, 1, 2, 3, 4], // fields 6 to 9, a wire type each
    ...[0x10, 1],
  ]);
  assert.deepEqual(SAMPLE.decode(bytes), { number: 0, truth: true, text: "", numbers: [1, 2, 3], texts: {} });
});

test("an entry of a map that was sent without its value has the default", () => {
  const sample = message({ texts: map(1, string), messages: map(2, SAMPLE) });
  const { texts, messages } = sample.decode(Buffer.from([0x0a, 3, 0x0a, 1, 0x61, 0x12, 3, 0x0a, 1, 0x62]));
  assert.deepEqual(texts, { a: "" });
  assert.deepEqual(messages, { b: SAMPLE.decode(Buffer.alloc(0)) });
});

test("keys that objects have a meaning for are keys", () => {
  const texts = { ["__proto__"]: "a", constructor: "b" };
  assert.deepEqual(Object.entries(SAMPLE.decode(SAMPLE.encode({ texts })).texts), Object.entries(texts));
});

for (const [name, bytes] of Object.entries({
  "a number without an end": [8, 0x80],
  "a number of more than ten bytes": [8, ...Array.from({ length: 11 }, () => 0xff), 0],
  "a text that is cut off": [0x1a, 5, 0x61],
  "a text of 2^60 bytes": [0x1a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  "a wire type that there is not": [0x33],
  "a text where a number belongs": [0x0a, 1, 0x61],
})) {
  test(`${name} is refused`, () => {
    assert.throws(() => SAMPLE.decode(Buffer.from(bytes)), /the message is malformed/);
  });
}

/** @param {unknown} type */
function jobDescription(type) {
  return {
    id: 4,
    title: TEXT,
    description: "d",
    depends_on: [1, 2],
    arguments: [
      { key: "k", description: "d", type, default_value: "v", choices: ["a", "b"], required: true },
    ],
    on_demand: true,
    attempts: 3,
    timeout_ms: 300,
  };
}

function addedJob() {
  return { title: "t", job: 5, arguments: { a: "b" }, depends_on: ["x", "y"] };
}

/** @param {import("../src/wire/codec.js").Message} type */
const emptyOf = (type) => type.decode(Buffer.alloc(0));

/** @param {unknown} value @returns {any} */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** Of what a host reads, the fields that were sent. @param {any} read @param {object} sent */
const pick = (read, sent) => plain(Object.fromEntries(Object.keys(sent).map((key) => [key, read[key]])));
