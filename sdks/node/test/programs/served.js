// A pipeline that test/serve.test.js performs by both protocols.
import { setTimeout as sleep } from "node:timers/promises";
import { ExitPipeline, job, number, serve, skip, text, vault } from "@gaia/sdk";

const echo = job("Echo", {
  description: "gives back what it is given",
  args: { name: text("Who", { default: "wörld" }), times: number("", { default: 2 }), TOKEN: vault() },
  run({ args, log, outputs, setOutput, ...context }) {
    log.info(`hello ${args.name}`);
    setOutput("args", args);
    setOutput("outputs", outputs);
    const { title, run, pipeline, attempt } = context;
    setOutput("context", { title, run, pipeline, attempt });
  },
});
const part = job("Part", { onDemand: true, run: () => {} });

await serve([
  echo,
  job("Levels", {
    dependsOn: [echo],
    attempts: 3,
    timeoutMs: 60_000,
    run({ log }) {
      for (const level of /** @type {const} */ (["debug", "info", "warn", "error"])) log[level](level);
      log.info("two\nlines");
    },
  }),
  part,
  job("Fail", () => {
    throw new TypeError("it broke: ☃", { cause: "a cause" });
  }),
  job("Reject late", async () => {
    void Promise.reject(new Error("nobody waits for it"));
    await new Promise(() => {});
  }),
  job("Throw late", () => {
    setTimeout(() => {
      throw "a string";
    });
    return new Promise(() => {});
  }),
  job("Throw odd", () => {
    setTimeout(() => {
      throw Object.defineProperty(new Error(), "message", {
        get() {
          throw new Error("do not look");
        },
      });
    });
    return new Promise(() => {});
  }),
  job("Throw too late", () => {
    setTimeout(() => {
      throw new Error("after the end");
    }, 50);
  }),
  job("Exit", () => {
    throw new ExitPipeline("enough");
  }),
  job("Skip", { when: () => skip("not today"), run: () => {} }),
  job("Grow", ({ addJob }) => addJob(part, "Part 1", { dependsOn: ["Echo"] })),
  job("Call", async ({ startPipeline, setOutput }) => {
    const run = await startPipeline("other", { x: 1 });
    setOutput("ended", await run.ended());
  }),
  job("Wait", async ({ log, signal }) => {
    log.info("waiting");
    await sleep(86_400_000, undefined, { signal }).finally(() => process.stderr.write("cleaned up\n"));
  }),
  job("Stubborn", ({ log }) => {
    log.info("waiting");
    return new Promise(() => {});
  }),
  job("Slow", { timeoutMs: 50, run: () => new Promise(() => {}) }),
  job("Noise", () => {
    process.stdout.write(Buffer.from([0, 0xff, 0xfe, 0x0a]));
  }),
  job("Environment", ({ setOutput }) => setOutput("names", Object.keys(process.env))),
  job("Large", ({ setOutput }) => setOutput("large", "x".repeat(6_000_000))),
]);
