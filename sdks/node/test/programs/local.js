// A pipeline that test/local.test.js runs by its command line.
import { choice, job, number, serve, skip, vault } from "@gaia/sdk";

const build = job("Build", {
  description: "Builds",
  args: { target: choice(["all", "docs"], "What is built", { default: "all" }), TOKEN: vault() },
  run({ args, log, setOutput }) {
    log.info(`building ${args.target}\nwith a token of ${args.TOKEN.length}`);
    setOutput("file", `${args.target}.tar`);
  },
});

await serve([
  build,
  job("Test", {
    dependsOn: ["BUILD"],
    args: { failures: number("How often it fails", { default: 0 }) },
    attempts: 2,
    run({ args, attempt, output, log }) {
      if (attempt <= args.failures) throw new Error(`failure ${attempt}`);
      log.info(`testing ${JSON.stringify(output(build, "file"))}`);
    },
  }),
  job("Deploy", { dependsOn: ["Test"], when: () => skip("not today"), run: () => {} }),
  job("Wait", {
    onDemand: true,
    run: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  }),
]);
