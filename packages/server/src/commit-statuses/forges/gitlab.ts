import type { CommitState } from "@gaia/contracts";
import { type ForgeClient, inAddress } from "./forge.ts";

const STATES: Readonly<Record<CommitState, string>> = {
  pending: "running",
  success: "success",
  failure: "failed",
  cancelled: "canceled",
};

/** https://docs.gitlab.com/api/commits/#set-commit-pipeline-status */
export const gitlab: ForgeClient = {
  wantsUrl: false,
  taken: [201],
  request: ({ target, commit, state, description, url }, token) => ({
    url: `${target.api}/projects/${inAddress(target.repository, "statuses", commit)}`,
    headers: { accept: "application/json", "private-token": token },
    body: {
      state: STATES[state],
      name: target.context,
      description,
      ...(url === null ? {} : { target_url: url }),
    },
  }),
  /** It takes a state as a step from another one, and refuses what is no step: `Cannot transition status via :run from :running`. */
  hasAlready: ({ state }, { status, text }) =>
    status === 400 && /Cannot transition status via :\w+ from :(\w+)/.exec(text)?.[1] === STATES[state],
};
