/**
 * Where the languages name what was thrown: at the beginning of a line, behind words such as a file's name or Java's, at
 * its end (Ruby), or as a panic (Go). Behind such a line stands only more of it.
 */
const NAMED_ERROR = [
  /^(Caused by: |Exception in thread ".*" |\S+: )*[\w.:$]*(Error|Exception)(:| \[|$)/,
  /\([\w:]*(Error|Exception)\)$/,
  /^(panic|fatal error): /,
];
const MOST_CHARACTERS = 300;

/** The line of what a program wrote to stderr in which it most likely says why it ended; null: it wrote none. */
export function lastWords(stderr: string): string | null {
  const lines = stderr
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => /^\S.*[A-Za-z]/.test(line) && !line.startsWith("Node.js v"));
  const named = lines.findLast((line) => NAMED_ERROR.some((pattern) => pattern.test(line)));
  return (named ?? lines.at(-1))?.slice(0, MOST_CHARACTERS) ?? null;
}
