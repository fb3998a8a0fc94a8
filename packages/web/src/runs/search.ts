/** What a person types above the list of runs: words, and tokens such as `status:failed by:marta took:>10m`. */

export interface RunSearch {
  readonly status?: string;
  readonly pipeline?: string;
  readonly started_by?: string;
  readonly trigger?: string;
  readonly took_min?: string;
  readonly took_max?: string;
  /** All words without a colon, together. */
  readonly search?: string;
}

export interface ReadSearch {
  readonly filters: RunSearch;
  /** Tokens that mean nothing, each with what would. */
  readonly problems: readonly string[];
}

const STATUSES = ["pending", "running", "stopping", "completed", "failed", "cancelled"];
const KEYS = ["status", "by", "pipeline", "trigger", "took"];
const DURATION = /^(\d+(ms|s|m|h|d))+$/;

/** Reads the text; what is not understood is told, and searched for nothing. */
export function readSearch(text: string): ReadSearch {
  const filters: { -readonly [Key in keyof RunSearch]: RunSearch[Key] } = {};
  const problems: string[] = [];
  const words: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const colon = word.indexOf(":");
    const key = colon > 0 ? word.slice(0, colon).toLowerCase() : "";
    const value = word.slice(colon + 1);
    if (key === "") words.push(word);
    else if (!KEYS.includes(key))
      problems.push(`${key}: is no filter; there are ${KEYS.map((known) => `${known}:`).join(" ")}`);
    else if (value === "") continue;
    else if (key === "status") {
      const unknown = value.split(",").filter((status) => !STATUSES.includes(status));
      if (unknown.length === 0) filters.status = value;
      else problems.push(`${unknown.join(", ")} is no state of a run; there are ${STATUSES.join(", ")}`);
    } else if (key === "took") readTook(value, filters, problems);
    else if (key === "by") filters.started_by = value;
    else if (key === "trigger") filters.trigger = value;
    else filters.pipeline = value;
  }
  if (words.length > 0) filters.search = words.join(" ");
  return { filters, problems };
}

function readTook(
  value: string,
  filters: { took_min?: string | undefined; took_max?: string | undefined },
  problems: string[],
): void {
  const sign = /^[<>]/.exec(value)?.[0];
  const duration = value.replace(/^[<>]=?/, "");
  if (sign === undefined || !DURATION.test(duration))
    problems.push(`took:${value} cannot be read; write took:>10m or took:<1m30s`);
  else if (sign === ">") filters.took_min = duration;
  else filters.took_max = duration;
}
