import { amount, numberWord, numberWordFirst } from "../design/number.ts";
import type { Secret } from "./queries.ts";

/** The sentence with which the page opens. */
export function answerOf(secrets: readonly Pick<Secret, "scopes">[], isLocked: boolean): string {
  if (isLocked) return "The secrets are locked.";
  if (secrets.length === 0) return "No secrets are stored.";
  const open = secrets.filter(({ scopes }) => scopes.length === 0).length;
  const count = `${numberWordFirst(secrets.length)} ${secrets.length === 1 ? "secret" : "secrets"}`;
  if (open === 0) return `${count}, for chosen pipelines only.`;
  return open === secrets.length
    ? `${count}, for every pipeline.`
    : `${count}, ${numberWord(open)} of them for every pipeline.`;
}

/** Who may read it. */
export function scopesText(scopes: readonly string[]): string {
  return scopes.length === 0 ? "every pipeline" : scopes.join(", ");
}

/** Tasks that name it, of one pipeline: few by name, of many the number; where there is none, it is a webhook's. */
export function tasksText(tasks: readonly string[]): string {
  if (tasks.length === 0) return "a webhook";
  return tasks.length > 3 ? amount(tasks.length, "task", "tasks") : tasks.join(", ");
}

/** What was typed, as patterns: parted by commas or lines. */
export function scopesIn(text: string): readonly string[] {
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ""))];
}

/** What a form holds. */
export interface Draft {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly scopes: string;
}

/** Why a name cannot be one; null: it can. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === "") return "It needs a name.";
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'Letters, digits and "_", no digit first.';
  return taken.includes(name) ? `There is a secret ${name}. Open it to replace its value.` : null;
}

/** As the server counts: bytes, of which a few are needed for masking. */
export function valueProblem(value: string): string | null {
  const bytes = new TextEncoder().encode(value).length;
  if (bytes < 5) return "At least 5 bytes: a shorter one could not be masked in logs.";
  return bytes > 65_536 ? `At most 65,536 bytes; this has ${bytes.toLocaleString("en-US")}.` : null;
}

/** The body of `POST /secrets`. Without a value only what is said of the secret changes. */
export function bodyOf(
  draft: Draft,
  withValue: boolean,
): { name: string; description: string; scopes: string[]; value?: string } {
  const scopes = [...scopesIn(draft.scopes)];
  return {
    name: draft.name,
    description: draft.description.trim(),
    scopes,
    ...(withValue ? { value: draft.value } : {}),
  };
}
