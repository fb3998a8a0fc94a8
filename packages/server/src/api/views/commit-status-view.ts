import { type CommitStatusView, FORGE_NAMES } from "@gaia/contracts";
import type { CommitStatusRow } from "../../store/port.ts";
import { timeTextOrNull } from "./run-view.ts";

/** What a forge is told of a run, as the API shows it. */
export function commitStatusView(row: CommitStatusRow): CommitStatusView {
  const { target, commit, state, description, told, dropped, problem } = row;
  const { forge, repository, context } = target;
  const outcome = dropped ?? (told?.state === state ? "told" : "waiting");
  return {
    forge,
    repository,
    commit,
    context,
    state,
    description,
    outcome,
    told_state: told?.state ?? null,
    told_at: timeTextOrNull(told?.at ?? null),
    problem,
    text: textOf(row, outcome),
  };
}

function textOf({ target, state, problem }: CommitStatusRow, outcome: CommitStatusView["outcome"]): string {
  const { forge, repository, context } = target;
  const name = FORGE_NAMES[forge];
  const what = `told ${state} of ${repository}, as ${context}`;
  switch (outcome) {
    case "told":
      return `${name} was ${what}`;
    case "waiting":
      return problem === "" ? `${name} will be ${what}` : `${name} was not yet ${what}: ${problem}`;
    case "superseded":
      return `${name} was not ${what}: another run's state came after`;
    case "given_up":
      return `${name} was not ${what}, however often it was tried: ${problem}`;
  }
}
