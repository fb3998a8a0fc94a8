import type { Schemas } from "../api/client.ts";

/** What keeps a text from being saved. */
export interface Situation {
  readonly text: string;
  readonly name: string | null;
  readonly isDirty: boolean;
  readonly isChecked: boolean;
  readonly problems: readonly Pick<Schemas["Problem"], "severity">[];
  readonly hasGraph: boolean;
  readonly isGraphCurrent: boolean;
}

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

/** How the text stands, in a sentence. */
export function situationText({
  text,
  isDirty,
  isChecked,
  problems,
  hasGraph,
  isGraphCurrent,
}: Situation): string {
  if (text.trim() === "") return "An empty file. Pick a beginning, or write.";
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    const many = `${NUMBERS[errors] ?? errors} ${errors === 1 ? "problem keeps" : "problems keep"} it from being saved.`;
    const graph = isGraphCurrent ? "" : hasGraph ? " The graph shows the last text that was right." : "";
    return many + graph;
  }
  if (!isChecked) return "Checking.";
  return isDirty ? "The text is right; it is not saved yet." : "The text is right, and saved.";
}

/** Why it cannot be saved now; null: it can. */
export function hindrance({ text, name, isDirty, problems }: Situation): string | null {
  if (text.trim() === "") return "There is nothing to save yet.";
  if (problems.some(({ severity }) => severity === "error")) return "Mend the problems first.";
  if (name === null) return "Give it a `name` first.";
  return isDirty ? null : "Nothing has changed.";
}
