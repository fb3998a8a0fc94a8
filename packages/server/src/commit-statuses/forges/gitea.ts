import { type ForgeClient, inAddress, never } from "./forge.ts";

/** https://docs.gitea.com/api: `repoCreateStatus`; Forgejo has the same. `error` is what they have for a cancelled run. */
export const gitea: ForgeClient = {
  wantsUrl: false,
  taken: [201],
  hasAlready: never,
  request: ({ target, commit, state, description, url }, token) => ({
    url: `${target.api}/repos/${inAddress(...target.repository.split("/"), "statuses", commit)}`,
    headers: { accept: "application/json", authorization: `token ${token}` },
    body: {
      state: state === "cancelled" ? "error" : state,
      context: target.context,
      description,
      ...(url === null ? {} : { target_url: url }),
    },
  }),
};
