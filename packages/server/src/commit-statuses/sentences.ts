import { type CommitState, LIMITS } from "@gaia/contracts";
import type { RunStatus } from "@gaia/core";

/** A state of a commit, and the sentence beside it. */
export interface StateToTell {
  readonly state: CommitState;
  readonly description: string;
}

/** Of a run that has been made. */
export function begun(number: number, isBuild: boolean): StateToTell {
  return { state: "pending", description: `${isBuild ? "Build" : "Run"} #${number} is in progress` };
}

/** Of a run that has ended. @param outcome how, in the words of the run's page */
export function ended(status: RunStatus, outcome: string): StateToTell {
  const state = status === "completed" ? "success" : status === "cancelled" ? "cancelled" : "failure";
  return { state, description: cut(outcome) };
}

/** As much as every forge takes. Counted by code points as forges do, none of which is cut in two. */
export function cut(text: string): string {
  const characters = Array.from(text);
  const most = LIMITS.statusDescriptionCharacters;
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
