import { basename } from "node:path/posix";
import picomatch from "picomatch";
import type { GitFacts, GitTrigger } from "../../pipelines/index.ts";
import type { ForgeEvent } from "./forge-event.ts";

type Filter = Pick<GitTrigger, "events" | "branches" | "tags" | "paths">;

/** Why an event of which a forge tells does not start a run; null: it does. */
export function eventRefusal(
  trigger: Filter & Pick<GitTrigger, "repository">,
  event: ForgeEvent,
): string | null {
  const { repository } = trigger;
  if (!isOf(repository ?? "", event.repository))
    return `it is of the repository ${event.repository}; the trigger is for ${repository ?? "none"}`;
  return filterRefusal(trigger, event);
}

/** The same, where it is known that the event is of the trigger's repository. */
export function filterRefusal({ events, branches, tags, paths }: Filter, event: ForgeEvent): string | null {
  if (!events.includes(event.kind)) return `it is a ${event.kind}; the trigger wants ${events.join(", ")}`;
  if (event.branch !== null && !matches(branches, event.branch))
    return `its branch is ${event.branch}; the trigger wants ${(branches ?? []).join(", ")}`;
  if (event.tag !== null && !matches(tags, event.tag))
    return `its tag is ${event.tag}; the trigger wants ${(tags ?? []).join(", ")}`;
  // What is not told may have changed: better a run too many than one too few.
  if (event.paths !== null && !event.paths.some((path) => matches(paths, path)))
    return `it changes nothing in ${(paths ?? []).join(", ")}`;
  return null;
}

/** What texts of `inputs` can name of an event. */
export function gitFactsOf(event: ForgeEvent): GitFacts {
  const { kind, commit, before, ref, branch, tag, number, title, author, url } = event;
  return {
    event: kind,
    commit,
    before: before ?? "",
    ref,
    branch: branch ?? "",
    tag: tag ?? "",
    number: number === null ? "" : String(number),
    title,
    author,
    url,
  };
}

/** Files whose names begin with a dot are files like any other; `a/**` is what lies in `a`, not `a` itself. */
const MATCHING = { dot: true, strictSlashes: true };

/** One that includes must match, and none that excludes. */
function matches(patterns: readonly string[] | null, name: string): boolean {
  if (patterns === null) return true;
  const fits = (pattern: string): boolean => pattern === name || picomatch.isMatch(name, pattern, MATCHING);
  const including = patterns.filter((pattern) => !pattern.startsWith("!"));
  const excluding = patterns.filter((pattern) => pattern.startsWith("!"));
  return including.some(fits) && !excluding.some((pattern) => fits(pattern.slice(1)));
}

/**
 * By the path alone: that the sender knows the secret is proved already, and one host has many names (inside a network,
 * for ssh). A path of this machine has no owner in it, so its last part is all that can be compared.
 */
function isOf(address: string, path: string): boolean {
  const plain = (text: string): string =>
    text
      .replace(/\/+$/, "")
      .replace(/\.git$/i, "")
      .toLowerCase();
  const [wanted, given] = [plain(address), plain(path)];
  if (given === "") return false;
  return wanted.endsWith(`/${given}`) || wanted.endsWith(`:${given}`) || isLocal(wanted, given);
}

function isLocal(address: string, path: string): boolean {
  if (!address.startsWith("file://") && !address.startsWith("/")) return false;
  return basename(address) === basename(path);
}
