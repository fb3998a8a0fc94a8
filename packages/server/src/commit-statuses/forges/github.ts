import { type ForgeClient, inAddress, never } from "./forge.ts";

/** https://docs.github.com/rest/commits/statuses; `error` is what it has for a run that was cancelled. */
export const github: ForgeClient = {
  wantsUrl: false,
  taken: [201],
  hasAlready: never,
  request: ({ target, commit, state, description, url }, token) => ({
    url: `${target.api}/repos/${inAddress(...target.repository.split("/"), "statuses", commit)}`,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "x-github-api-version": "2022-11-28",
    },
    body: {
      state: state === "cancelled" ? "error" : state,
      context: target.context,
      description,
      ...(url === null ? {} : { target_url: url }),
    },
  }),
};
