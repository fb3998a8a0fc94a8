import { Random } from "../simulation/random.ts";
import { readArguments, wholeNumber } from "../tools/arguments.mjs";
import { campaign } from "./campaign.ts";
import { measureRecovery, recoveryText } from "./recovery.ts";
import { storyOf, summaryOf } from "./summary.ts";

// `npm run faults`: kills server, worker and launcher 200 times while runs go on. `--kills N`; `--seed N` takes the
// same blows and runs again, though not at the same instants: real processes have their own time.
// `--recovery`: measures instead how soon work goes on after a kill.

const USAGE = `usage: npm run faults -- [--kills N] [--seed N] [--recovery]
  --kills N    so many kills (200; 10 with --recovery)
  --seed N     the same blows and runs again
  --recovery   measures how soon work goes on after a kill`;

const values = readArguments(USAGE, {
  seed: { type: "string" },
  kills: { type: "string" },
  recovery: { type: "boolean", default: false },
});
const seed = wholeNumber(USAGE, "seed", values.seed) ?? Date.now() % 1_000_000;
const kills = wholeNumber(USAGE, "kills", values.kills, 1);
process.exit(values.recovery ? await recovery(kills ?? 10) : await faults(kills ?? 200));

async function faults(kills: number): Promise<number> {
  const report = await campaign({ seed, kills, progress: (text) => process.stderr.write(`${text}\n`) });
  process.stdout.write(`${summaryOf(report)}\n`);
  const isBroken = report.violations.length > 0;
  process.stdout.write(isBroken ? `${storyOf(report)}\n` : "  no promise was broken\n");
  return isBroken ? 1 : 0;
}

async function recovery(kills: number): Promise<number> {
  const random = new Random(seed);
  // A worker that crashes again and again is started more slowly on purpose: these kills are far enough apart.
  const recoveries = await measureRecovery(kills, () => random.between(5_000, 5_300));
  process.stdout.write(`${recoveryText(recoveries)}\n`);
  return 0;
}
