import type { CommitState } from "@gaia/contracts";
import { createHash } from "node:crypto";
import { type ForgeClient, inAddress, never } from "./forge.ts";

const STATES: Readonly<Record<CommitState, string>> = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  failure: "FAILED",
  cancelled: "STOPPED",
};

/** What a key may have; a status of another key is another status. */
const KEY_CHARACTERS = 40;
const DIGEST_CHARACTERS = 8;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/ */
export const bitbucket: ForgeClient = {
  wantsUrl: true,
  // 200: one of that key was there, and is changed.
  taken: [200, 201],
  hasAlready: never,
  request: ({ target, commit, state, description, url }, token) => ({
    url: `${target.api}/repositories/${inAddress(...target.repository.split("/"), "commit", commit)}/statuses/build`,
    headers: { accept: "application/json", authorization: `Bearer ${token}` },
    body: {
      state: STATES[state],
      key: keyOf(target.context),
      name: target.context,
      description,
      ...(url === null ? {} : { url }),
    },
  }),
};

/** The context; a long one is cut, and told from others that begin so by what it is in whole. */
function keyOf(context: string): string {
  if (context.length <= KEY_CHARACTERS) return context;
  const digest = createHash("sha256").update(context).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${context.slice(0, KEY_CHARACTERS - DIGEST_CHARACTERS - 1)}-${digest}`;
}
