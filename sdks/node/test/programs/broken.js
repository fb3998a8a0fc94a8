// A pipeline with more than one mistake: none may be left for the next try.
import { job, number, serve } from "@gaia/sdk";

const run = () => {};
await serve([
  job("Build", { dependsOn: ["Test"], run }),
  job("Test", { dependsOn: ["build", "Deploy"], args: { times: number("", { default: Number.NaN }) }, run }),
  job("BUILD", { attempts: 0, run }),
]);
