import { misused, readArguments, wholeNumber } from "../tools/arguments.mjs";
import { type Outcome, type Plant, PLANTS, simulate } from "./simulation.ts";

// `npm run simulate -- --seeds 10000`: worlds 1 to 10,000. `--seed N [--trace]` replays one. `--plant BUG` plants a bug
// and expects that it is found.

const USAGE = `usage: npm run simulate -- [--seeds N] [--first N] [--seed N [--trace]] [--plant BUG]
  --seeds N     so many worlds (1000)
  --first N     the seed of the first (1)
  --seed N      only this one
  --trace       with all that happened in it
  --plant BUG   plants a bug, and expects that it is found: ${PLANTS.join(", ")}`;

const values = readArguments(USAGE, {
  seeds: { type: "string", default: "1000" },
  first: { type: "string", default: "1" },
  seed: { type: "string" },
  trace: { type: "boolean", default: false },
  plant: { type: "string" },
});

const plant = PLANTS.find((known) => known === values.plant) ?? null;
if (values.plant !== undefined && plant === null) misused(USAGE, `there is no bug ${values.plant}`);
const seed = wholeNumber(USAGE, "seed", values.seed);
const first = wholeNumber(USAGE, "first", values.first);
const seeds = wholeNumber(USAGE, "seeds", values.seeds, 1);
process.exit(seed === undefined ? await many(first, seeds, plant) : await one(seed, plant));

async function one(seed: number, bug: Plant | null): Promise<number> {
  const outcome = await simulate(seed, bug);
  if (values.trace || outcome.violation !== null) process.stdout.write(`${outcome.trace.join("\n")}\n`);
  process.stdout.write(`${describe(outcome)}\n`);
  return outcome.violation === null ? 0 : 1;
}

async function many(first: number, count: number, bug: Plant | null): Promise<number> {
  const startedAt = performance.now();
  let steps = 0;
  let runs = 0;
  let attempts = 0;
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await simulate(seed, bug);
    steps += outcome.steps;
    runs += outcome.runs;
    attempts += outcome.attempts;
    if (outcome.violation !== null) {
      process.stdout.write(
        `${describe(outcome)}\n  replay: npm run simulate -- --seed ${seed}${bug === null ? "" : ` --plant ${bug}`} --trace\n`,
      );
      return bug === null ? 1 : 0;
    }
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${count} worlds, ${runs} runs, ${attempts} attempts, ${steps} steps in ${seconds} s: no promise was broken\n`,
  );
  return bug === null ? 0 : 1;
}

function describe(outcome: Outcome): string {
  return outcome.violation === null
    ? `seed ${outcome.seed}: ${outcome.runs} runs, ${outcome.attempts} attempts, ${outcome.steps} steps: no promise was broken`
    : `seed ${outcome.seed}: ${outcome.violation}`;
}
