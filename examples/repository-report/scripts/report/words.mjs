// Numbers and dates in words, the same in the page and in the Markdown.

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const DAY_SECONDS = 86_400;

/** 5 March 2024 */
export function date(seconds) {
  const at = new Date(seconds * 1000);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** March 2024 */
export function month(seconds) {
  const at = new Date(seconds * 1000);
  return `${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** "four", "eleven" is 11: numbers up to ten as words. */
export function inWords(number) {
  return SMALL[number] ?? number.toLocaleString("en-US");
}

/** How long: "3 years", "5 months", "12 days". */
export function span(seconds) {
  const days = Math.max(0, Math.round(seconds / DAY_SECONDS));
  if (days >= 730) return `${Math.round(days / 365)} years`;
  if (days >= 60) return `${Math.round(days / 30.4)} months`;
  return days === 1 ? "1 day" : `${days} days`;
}

/** 37 %, "under 1 %", and 100 % only when it is all. */
export function percent(part, whole) {
  if (whole === 0) return "0 %";
  const share = (part / whole) * 100;
  if (share > 0 && share < 1) return "under 1 %";
  if (share > 99 && share < 100) return "over 99 %";
  return `${Math.round(share)} %`;
}

/** "a", "a and b", "a, b and c" */
export function list(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** With its first letter as a capital. */
export function sentence(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
