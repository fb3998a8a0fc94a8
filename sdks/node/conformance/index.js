// The program of sdks/conformance/README.md.
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { boolean, choice, ExitPipeline, job, number, serve, skip, text, textarea, vault } from "@gaia/sdk";

const DAY_MS = 86_400_000;

if (process.env.CONFORMANCE_NOISE !== undefined) process.stdout.write("too early\n");

const greet = job("Greet", {
  description: "Says hello",
  args: {
    name: text("Who is greeted", { default: "world" }),
    note: textarea(),
    loud: boolean("", { default: false }),
    times: number("", { default: 2 }),
    tone: choice(["calm", "wild"], "", { default: "calm" }),
    TOKEN: vault(),
  },
  run({ args, log, setOutput }) {
    const greeting = `hello ${args.name}`;
    log.info(greeting);
    setOutput("greeting", greeting);
    setOutput("note", args.note);
    setOutput("times", args.times);
    setOutput("loud", args.loud);
    setOutput("tone", args.tone);
    setOutput("token_length", Array.from(args.TOKEN).length);
  },
});

let reads = 0;

const read = job("Read", {
  dependsOn: [greet],
  run({ output, setOutput }) {
    reads += 1;
    setOutput("echo", output(greet, "greeting") ?? null);
    setOutput("count", reads);
  },
});

const levels = job("Levels", ({ log }) => {
  log.debug("a debug line");
  log.info("an info line");
  log.warn("a warning");
  log.error("an error");
  log.info("two\nlines");
});

const needs = job("Needs", {
  args: { what: text("", { required: true }) },
  run: ({ args, setOutput }) => setOutput("what", args.what),
});

const fail = job("Fail", () => {
  throw new Error("it broke: ☃");
});

const flaky = job("Flaky", {
  attempts: 2,
  run({ attempt }) {
    if (attempt === 1) throw new Error("not yet");
  },
});

const exit = job("Exit", () => {
  throw new ExitPipeline("enough");
});

const throws = job("Throw", () => {
  // Out of a timer, where no promise of the job is rejected, and no Error.
  setTimeout(() => {
    throw "a string";
  });
  return new Promise(() => {});
});

const skips = job("Skip", {
  when: () => skip("not today"),
  run: ({ log }) => log.error("its condition does not hold"),
});

const part = job("Part", {
  onDemand: true,
  args: { index: number(), TOKEN: vault() },
  run({ args, title, setOutput }) {
    setOutput("index", args.index ?? null);
    setOutput("title", title);
    setOutput("token_length", Array.from(args.TOKEN).length);
  },
});

const sum = job("Sum", {
  onDemand: true,
  run({ outputs, setOutput }) {
    setOutput(
      "sum",
      Object.values(outputs).reduce((total, { index }) => total + Number(index), 0),
    );
  },
});

const grow = job("Grow", {
  args: { parts: number("", { default: 2 }) },
  run({ args, addJob, setOutput }) {
    const titles = Array.from({ length: args.parts }, (_, index) => `Part ${index + 1}`);
    titles.forEach((title, index) => addJob(part, title, { args: { index: index + 1 } }));
    addJob(sum, "Join", { dependsOn: titles });
    setOutput("parts", args.parts);
  },
});

const wait = job("Wait", async ({ log, signal }) => {
  log.info("waiting");
  await sleep(DAY_MS, undefined, { signal });
});

const stubborn = job("Stubborn", {
  timeoutMs: 300,
  run({ log }) {
    log.info("waiting");
    return new Promise(() => {});
  },
});

const crash = job("Crash", () => process.exit(7));

const sleeps = job("Sleep", {
  args: { ms: number("", { default: 200 }) },
  run: ({ args, signal }) => sleep(args.ms, undefined, { signal }),
});

const noise = job("Noise", () => {
  process.stdout.write(Buffer.from([0x00, 0xff, 0xfe, 0x0a]));
  process.stdout.write("on stdout\n");
  process.stderr.write(Buffer.from([0x00, 0xff, 0xfe, 0x0a]));
  process.stderr.write("on stderr\n");
});

const child = job("Child", ({ setOutput }) => {
  const script = 'printf "$GAIA_PLUGIN_CERT$GAIA_PLUGIN_KEY$GAIA_PLUGIN_CA_CERT"';
  setOutput("certificates", execFileSync("sh", ["-c", script], { encoding: "utf8" }));
});

const call = job("Call", {
  args: { pipeline: text("", { default: "other" }) },
  async run({ args, startPipeline, setOutput }) {
    const run = await startPipeline(args.pipeline, { x: "1" });
    const { status, outputs } = await run.ended();
    setOutput("run", run.id);
    setOutput("status", status);
    setOutput("answer", outputs.answer ?? null);
  },
});

const size = job("Größe ☃", {
  args: { wert: text("", { default: "ü" }) },
  run({ args, title, setOutput }) {
    setOutput("wert", args.wert);
    setOutput("title", title);
  },
});

const slow = job("Slow", {
  timeoutMs: 300,
  run: ({ signal }) => sleep(DAY_MS, undefined, { signal }),
});

await serve([
  greet,
  read,
  levels,
  needs,
  fail,
  flaky,
  exit,
  throws,
  skips,
  grow,
  part,
  sum,
  wait,
  stubborn,
  crash,
  sleeps,
  noise,
  child,
  call,
  size,
  slow,
]);
