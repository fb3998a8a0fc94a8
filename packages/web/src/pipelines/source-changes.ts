import { FORGES, languageChoices, pollChoices, type SourceDraft } from "./source-form.ts";

export const SUBMODULES = [
  { id: "false", name: "left out" },
  { id: "true", name: "fetched as well" },
];

/** What the form calls its fields, with their values in its words. */
const FIELDS: readonly {
  readonly key: Exclude<keyof SourceDraft, "name">;
  readonly label: string;
  readonly choices?: (draft: SourceDraft) => readonly { readonly id: string; readonly name: string }[];
  /** Said of a value that is empty. */
  readonly empty?: string;
  /** Its value is too long to be said. */
  readonly isLong?: true;
}[] = [
  { key: "source", label: "Repository", empty: "a folder of the server's machine" },
  { key: "branch", label: "Branch" },
  { key: "folder", label: "Folder" },
  { key: "language", label: "Language", choices: ({ language }) => languageChoices(language) },
  { key: "token", label: "Token" },
  { key: "sshKey", label: "SSH key" },
  { key: "user", label: "User" },
  { key: "knownHosts", label: "Host keys", isLong: true },
  { key: "poll", label: "New commits", choices: ({ poll }) => pollChoices(poll) },
  { key: "webhook", label: "Webhook" },
  { key: "submodules", label: "Submodules", choices: () => SUBMODULES },
  { key: "statusToken", label: "Tell the forge of builds", empty: "no" },
  { key: "forge", label: "Forge", choices: () => FORGES },
  { key: "forgeApi", label: "Forge's API" },
];

/**
 * What somebody else has changed of a source since its form was opened, field by field. What is typed there as well is
 * no news.
 */
export function changedMeanwhile(
  opened: SourceDraft,
  current: SourceDraft,
  draft: SourceDraft,
): readonly string[] {
  return FIELDS.filter(
    ({ key }) => differ(current[key], opened[key]) && differ(current[key], draft[key]),
  ).map(({ key, label, choices, empty = "none", isLong = false }) => {
    const value = String(current[key]);
    const named = choices?.(current).find(({ id }) => id === value)?.name;
    if (isLong && value !== "") return label;
    return `${label} (${named ?? (value === "" ? empty : value)})`;
  });
}

function differ(one: string | boolean, other: string | boolean): boolean {
  return String(one).trim() !== String(other).trim();
}
