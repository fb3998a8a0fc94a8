import type { Report } from "./campaign.ts";
import { logFilesOf } from "./campaign.ts";
import { BLOWS } from "./kills.ts";

/** Lines of a story: the log of one run, and its effects. */
const STORY_RUNS = 3;

/** What was done, and how it went. */
export function summaryOf(report: Report): string {
  const { blows, histories, effects, seed } = report;
  const attempts = histories.flatMap((history) => [...history.attempts.values()].flat());
  const lost = attempts.filter((attempt) => attempt.outcome === "lost").length;
  const starts = effects.filter((effect) => effect.kind === "start").length;
  const statuses = Object.entries(Object.groupBy(histories, ({ run }) => run.status));
  const lines = [
    `seed ${seed}: ${blows.length} blows in ${seconds(report.tookMs)}`,
    ...BLOWS.map((blow) => blowLine(report, blow.name)).filter((line) => line !== ""),
    `  runs      ${histories.length} (${statuses.map(([status, some]) => `${some?.length ?? 0} ${status}`).join(", ")}); ${report.stopped} were asked to stop`,
    `  attempts  ${attempts.length} in the log, ${starts} started; ${lost} lost, ${repeats(report)} of them after their work was done`,
    `  requests  ${report.askedAgain} asked again`,
  ];
  return lines.join("\n");
}

/** Every broken promise, with the log and the effects of the first runs concerned. */
export function storyOf(report: Report): string {
  const { violations, histories, effects } = report;
  const told = [...new Set(violations.map((violation) => violation.run))].filter((run) => run !== null);
  const stories = told.slice(0, STORY_RUNS).map((id) => {
    const history = histories.find(({ run }) => run.id === id);
    const log = (history?.events ?? []).map(
      (event) => `    ${event.at} ${event.kind} ${event.job ?? ""} ${JSON.stringify(event.body)}`,
    );
    const own = effects.filter((effect) => effect.run === id);
    const done = own.map(
      (effect) =>
        `    line ${effect.line + 1}  ${new Date(effect.at).toISOString()} ${effect.kind} ${effect.task}, attempt ${effect.attempt} (pid ${effect.pid}) ${effect.value}`,
    );
    return [`  ${id}, its log:`, ...log, `  its effects:`, ...done].join("\n");
  });
  const blows = report.blows.map(
    ({ blow, at, restartedAt }) =>
      `    ${new Date(at).toISOString()} ${blow.name}${restartedAt === null ? "" : `, server again ${new Date(restartedAt).toISOString()}`}`,
  );
  return [
    `${violations.length} broken promises; replay: npm run faults -- --seed ${report.seed} --kills ${report.blows.length}`,
    ...violations.map((violation) => `  ✗ ${violation.what}`),
    ...stories,
    "  blows:",
    ...blows,
    `  files: ${report.folder} (${logFilesOf(report.folder).join(", ")})`,
  ].join("\n");
}

function blowLine({ blows, effects }: Report, name: string): string {
  const dealt = blows.filter(({ blow }) => blow.name === name);
  if (dealt.length === 0) return "";
  const starts = effects.filter((effect) => effect.kind === "start").map((effect) => effect.at);
  const gaps = dealt.flatMap(({ at, restartedAt }) => {
    const next = starts.find((start) => start > (restartedAt ?? at));
    return next === undefined ? [] : [next - (restartedAt ?? at)];
  });
  const sorted = gaps.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `  ${name.padEnd(18)} ${String(dealt.length).padStart(4)} times   next step after ${seconds(middle)}, at most ${seconds(sorted.at(-1) ?? 0)}`;
}

/** Attempts that had done all their work, and whose end nobody could know. */
function repeats({ histories, effects }: Report): number {
  const ends = new Set(effects.filter((effect) => effect.kind === "end").map((effect) => effect.key));
  return histories.reduce((sum, { run, attempts }) => {
    const lost = [...attempts].flatMap(([job, all]) =>
      all
        .filter((attempt) => attempt.outcome === "lost")
        .map((attempt) => `${run.id}.${job}.${attempt.number}`),
    );
    return sum + lost.filter((key) => ends.has(key)).length;
  }, 0);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}
