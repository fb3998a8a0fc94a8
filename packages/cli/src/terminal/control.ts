/**
 * Text that programs printed may hold anything. What reaches the screen through Gaia holds no control codes, so that a
 * log line can neither move the cursor nor change the title, the clipboard or the colours of what follows.
 */

// CSI (with its private forms), then OSC/DCS/SOS/PM/APC up to their terminator, then two-character escapes.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex -- control codes are what this is about
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][\s\S]*?(?:\u0007|\u001B\\|\u009C|$)|[ -/]*[0-~])|\u009B[0-?]*[ -/]*[@-~]/g;

// C0 without tab and newline, DEL, C1.
// oxlint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Characters that reorder or hide text: bidirectional overrides and isolates, zero-width space, soft hyphen, BOM. */
const DECEIVING = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;

// oxlint-disable-next-line no-control-regex -- as above
const COLOURS = /\u001B\[[0-9;:]*m/g;

/** One line as it would have stayed on the screen: overwritten parts (`\r`) gone, tabs widened, no control codes. */
export function plainLine(line: string): string {
  return expandTabs(lastOverwrite(line.replace(ESCAPES, "")))
    .replace(CONTROLS, "")
    .replace(DECEIVING, "");
}

/** As `plainLine`, but colours stay and are closed at the end of the line. Other control codes go. */
export function colouredLine(line: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const match of line.matchAll(COLOURS)) {
    parts.push(withoutControl(line.slice(from, match.index)), match[0]);
    from = match.index + match[0].length;
  }
  if (parts.length === 0) return plainLine(line);
  parts.push(withoutControl(line.slice(from)), "\u001B[0m");
  return parts.join("");
}

/** Only the colours go; for output that is not a terminal's. */
export function withoutColours(text: string): string {
  return text.replace(COLOURS, "");
}

function withoutControl(text: string): string {
  return text.replace(ESCAPES, "").replaceAll("\t", "    ").replace(CONTROLS, "").replace(DECEIVING, "");
}

/** Progress bars redraw their line after `\r`: what counts is the last thing that was drawn. */
function lastOverwrite(line: string): string {
  const trimmed = line.replace(/\r+$/, "");
  return trimmed.slice(trimmed.lastIndexOf("\r") + 1);
}

function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let out = "";
  for (const character of line) {
    out += character === "\t" ? " ".repeat(8 - (out.length % 8)) : character;
  }
  return out;
}
