const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** Numbers up to ten are words in a sentence: `three`, `14`. */
export function numberWord(count: number): string {
  return WORDS[count] ?? String(count);
}

/** The same at the beginning of a sentence: `Three`. */
export function numberWordFirst(count: number): string {
  return first(numberWord(count));
}

/** The first letter large. */
export function first(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** `1 run`, `2 runs`. */
export function amount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
