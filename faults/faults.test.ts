import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import { storyOf } from "./summary.ts";

/** Enough for every part to be hit; `npm run faults` goes on for longer. */
const KILLS = 25;
const WITHIN_MS = 300_000;

test(
  "no promise is broken when server, worker and launcher are killed while runs go on",
  async () => {
    const report = await campaign({ seed: 7, kills: KILLS, progress: () => undefined });
    expect(report.blows).toHaveLength(KILLS);
    expect(report.histories.length).toBeGreaterThan(0);
    expect(report.violations, storyOf(report)).toEqual([]);
  },
  WITHIN_MS,
);
