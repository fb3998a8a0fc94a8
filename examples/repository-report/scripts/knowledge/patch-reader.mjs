// Reads `git log -p -U0 --cc` line by line: which line was added to which file by which commit. Hunks are read by the
// counts in their heads, so that a line of a file that looks like a patch's header is not taken for one.
import { pathInPatch } from "../git/path-names.mjs";

/** The format that tells commits from patches: messages and text patches hold no NUL. */
export const PATCH_FORMAT = "%x00%x00%H %ct%n%B%x00";
const COMMIT_START = "\0\0";

/** Feeds on lines; calls `onLine({ text, path, lineNumber, commit })` for each added line and line of a message. */
export class PatchReader {
  commits = 0;
  addedLines = 0;
  brokenCommits = 0;
  #onLine;
  #commit = undefined;
  #inMessage = false;
  #path = undefined;
  #lineNumber = 0;
  #parents = 1;
  #oldLeft = [0];
  #newLeft = 0;

  constructor(onLine) {
    this.#onLine = onLine;
  }

  take(line) {
    if (this.#newLeft > 0 || this.#oldLeft.some((left) => left > 0)) this.#takeInHunk(line);
    else if (line.startsWith(COMMIT_START)) this.#startCommit(line);
    else if (this.#inMessage) this.#takeMessage(line);
    else if (line.startsWith("+++ ")) this.#path = pathInPatch(line.slice(4));
    else if (line.startsWith("@@")) this.#startHunk(line);
    else if (line.startsWith("diff ")) this.#path = undefined;
  }

  /** After git broke off: the commit it broke at is passed over, and what was begun of it forgotten. */
  skipBroken(firstCommit) {
    if (this.commits === firstCommit) this.commits++;
    this.brokenCommits++;
    this.#inMessage = false;
    this.#path = undefined;
    this.#oldLeft = [0];
    this.#newLeft = 0;
  }

  #startCommit(line) {
    const [hash, seconds] = line.slice(COMMIT_START.length).split(" ");
    this.#commit = { hash, atSeconds: Number(seconds) };
    this.#inMessage = true;
    this.commits++;
  }

  #takeMessage(line) {
    const end = line.indexOf("\0");
    if (end !== -1) this.#inMessage = false;
    const text = end === -1 ? line : line.slice(0, end);
    if (text !== "") this.#onLine({ text, path: undefined, lineNumber: 0, commit: this.#commit });
  }

  /** `@@ -a,b +c,d @@`, and with several parents `@@@ -a,b -e,f +c,d @@@`. */
  #startHunk(line) {
    const head = /^(@@+) (.*?) \1/.exec(line);
    if (head === null) return;
    const ranges = head[2].split(" ");
    this.#parents = head[1].length - 1;
    this.#oldLeft = ranges.filter((range) => range.startsWith("-")).map(lengthOf);
    const added = ranges.find((range) => range.startsWith("+")) ?? "+0,0";
    this.#newLeft = lengthOf(added);
    this.#lineNumber = Number(added.slice(1).split(",")[0]);
  }

  #takeInHunk(line) {
    if (line.startsWith("\\")) return;
    const signs = line.slice(0, this.#parents);
    const deleted = signs.includes("-");
    for (let parent = 0; parent < this.#parents; parent++) {
      const sign = signs[parent];
      if (sign === "-" || (sign === " " && !deleted)) this.#oldLeft[parent]--;
    }
    if (deleted) return;
    this.#newLeft--;
    if (!signs.includes(" ") && this.#path !== undefined) {
      this.addedLines++;
      const text = line.slice(this.#parents);
      this.#onLine({ text, path: this.#path, lineNumber: this.#lineNumber, commit: this.#commit });
    }
    this.#lineNumber++;
  }
}

function lengthOf(range) {
  const length = range.split(",")[1];
  return length === undefined ? 1 : Number(length);
}
