/** Lines that say something about the log itself: groups, errors, warnings. Rules, not guesses: `docs/rest.md` has them. */

// oxlint-disable-next-line no-control-regex -- colours may stand before a marker
const COLOURS = /^(?:\u001b\[[\d;]{0,32}[mK])+/;
const TITLE_CHARACTERS = 200;

export type Marker =
  | {
      readonly kind: "begin";
      readonly style: "marked" | "headed";
      readonly title: string;
      readonly open: boolean;
    }
  | { readonly kind: "end" };

/** What a line (bytes as latin1) means for groups; null: it is a line as any other. */
export function markerOf(line: string): Marker | null {
  const first = line.charCodeAt(0);
  if (first === 0x1b) {
    const bare = line.slice(0, 1_000).replace(COLOURS, "");
    return bare.charCodeAt(0) === 0x1b ? null : markerOf(bare);
  }
  // `#`, `+`, `-`, `:`, `~`: every other line is through here.
  if (first !== 0x23 && first !== 0x2b && first !== 0x2d && first !== 0x3a && first !== 0x7e) return null;
  if (line.startsWith("::group::") || line.startsWith("##[group]"))
    return { kind: "begin", style: "marked", title: titleOf(line.slice(9)), open: false };
  if (line.startsWith("::endgroup::") || line.startsWith("##[endgroup]")) return { kind: "end" };
  const head = line.slice(0, 4);
  if (head !== "--- " && head !== "+++ " && head !== "~~~ ") return null;
  // Results of Go's tests and the heads of a diff look alike, and are no groups.
  if (/^--- (?:PASS|FAIL|SKIP|BENCH): |^(?:---|\+\+\+) (?:[ab]\/|\/dev\/null)/.test(line)) return null;
  return { kind: "begin", style: "headed", title: titleOf(line.slice(4)), open: head === "+++ " };
}

function titleOf(latin1: string): string {
  const text = Buffer.from(latin1.slice(0, TITLE_CHARACTERS * 4), "latin1").toString("utf8");
  const bare = text
    // oxlint-disable-next-line no-control-regex -- a title is text without colours and control characters
    .replaceAll(/\u001b\[[\d;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f]/g, "")
    .trim();
  return bare === "" ? "Group" : bare.slice(0, TITLE_CHARACTERS);
}

/**
 * Alternatives of plain words, and colours that may stand before the colon: no text makes them slow. They are case-
 * sensitive so that "0 errors" and "no error" are nothing.
 */
export function errorPattern(): RegExp {
  return new RegExp(
    String.raw`(?:\b|\x1b\[[\d;]{0,32}m)(?:ERROR|FATAL|PANIC|FAILED)\b|##\[error\]|::error[ :]|\[error\]|Traceback \(most recent|` +
      String.raw`(?:[Ee]rror|Exception|fatal|panic)(?:\x1b\[[\d;]{0,32}m)*(?::|\[E\d)`,
    "g",
  );
}

export function warningPattern(): RegExp {
  return new RegExp(
    String.raw`(?:\b|\x1b\[[\d;]{0,32}m)WARN(?:ING)?\b|##\[warning\]|::warning[ :]|\[warn(?:ing)?\]|npm warn |` +
      String.raw`[Ww]arning(?:\x1b\[[\d;]{0,32}m)*:`,
    "g",
  );
}
