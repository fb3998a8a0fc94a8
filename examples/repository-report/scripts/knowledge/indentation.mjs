// Complexity by indentation. Hindle, Godfrey and Holt, "Reading Beside the Lines: Indentation as a Proxy for Complexity
// Metrics" (ICPC 2008): the sum and the spread of indentation rank code much as McCabe's and Halstead's measures do, in
// any language and without a parser. The sum over a file is the complexity used for hotspots.
import { DEEP_LEVELS } from "../limits.mjs";

const COMMENT = /^\s*(?:\/\/|#(?!\w*(?:if|else|end|define|include))|\*|\/\*|--|;;|%|"""|''')/;
const BRANCH =
  /\b(?:if|elif|elsif|elseif|else if|for|foreach|while|until|unless|case|when|catch|except|rescue|guard)\b|&&|\|\||\?\?|\band\b|\bor\b/g;
/** What stands at the left edge wherever it is: preprocessor lines and labels. */
const BESIDE_INDENTATION = /^#|^\w+:\s*$/;
const TAB_LEVELS = 1;

const BRACE_HEADERS = [
  /^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?function\s*\*?\s*([\w$]+)?\s*\(/,
  /^\s*(?:export\s+)?(?:const|let|var)\s+([\w$]+)[^=]*=\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*(?::[^=]+)?=>\s*\{|[\w$]+\s*=>\s*\{)/,
  /^func\s+(?:\([^)]*\)\s*)?([\w]+)/,
  /^\s*(?:pub(?:\([^)]*\))?\s+)?(?:default\s+|const\s+|async\s+|unsafe\s+|extern\s+"[^"]*"\s+)*fn\s+(\w+)/,
  /^\s*(?:(?:public|private|protected|internal|open|override|static|final|abstract|inline|suspend|fileprivate|mutating|sealed|async|virtual|synchronized|native|get|set|readonly|extern|constexpr|explicit)\s+)*(?:fun|func|def|function|sub)\s+([\w$.:]+)/,
  /^(?:function\s+)?([\w:.-]+)\s*\(\)\s*\{/,
];
const TYPED_HEADERS = [
  ...BRACE_HEADERS,
  /^\s*(?!(?:if|for|foreach|while|switch|catch|return|else|do|try|using|lock|new|throw|await|when|with|synchronized|sizeof|assert|import|var|const|type|package|describe|it|test)\b)(?:[\w:<>,*&[\]?.~]+\s+)*[*&]*([\w$:~]+)\s*\([^;={}]*\)?[^;=]*\{?\s*$/,
];
const INDENT_HEADERS = [
  /^\s*(?:async\s+)?def\s+(\w+)/,
  /^\s*(?:proc|func|method|template|macro|iterator)\s+(\w+)/,
];
const END_HEADERS = [/^\s*(?:def|defp|defmacro)\s+([\w.?!]+)/, /^\s*(?:local\s+)?function\s+([\w.:]+)/];

/**
 * Measures a source text: { codeLines, indentationSum, deepLines, maxDepth, branches, functions }.
 * `family` says how functions end (see the table of languages); without one, none are looked for.
 */
export function measure(text, family) {
  const lines = text.split("\n");
  const unit = indentationUnit(lines);
  const depths = lines.map((line) => depthOf(line, unit));
  const totals = { codeLines: 0, indentationSum: 0, deepLines: 0, maxDepth: 0, branches: 0, functions: [] };
  for (let at = 0; at < lines.length; at++) {
    const depth = depths[at];
    if (depth === undefined || COMMENT.test(lines[at])) continue;
    totals.codeLines++;
    totals.indentationSum += depth;
    if (depth >= DEEP_LEVELS) totals.deepLines++;
    totals.maxDepth = Math.max(totals.maxDepth, depth);
    totals.branches += lines[at].match(BRANCH)?.length ?? 0;
  }
  if (family !== undefined) totals.functions = findFunctions(lines, depths, family);
  return totals;
}

/** Columns of one level: the most frequent step between neighbouring lines (2, 3, 4 or 8), by default 4. */
function indentationUnit(lines) {
  const steps = new Map();
  let before = 0;
  for (const line of lines.slice(0, 4000)) {
    const spaces = /^ */.exec(line)[0].length;
    if (spaces === line.trimEnd().length) continue;
    const step = spaces - before;
    if (step >= 2 && step <= 8) steps.set(step, (steps.get(step) ?? 0) + 1);
    before = spaces;
  }
  const [most] = [...steps].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? 4;
}

/** Levels of indentation; undefined for a blank line. Aligned continuations are bounded at 20 levels. */
function depthOf(line, unit) {
  let spaces = 0;
  let tabs = 0;
  for (let at = 0; ; at++) {
    const code = line.charCodeAt(at);
    if (code === 32) spaces++;
    else if (code === 9) tabs++;
    else if (Number.isNaN(code) || code === 13) return undefined;
    else break;
  }
  return Math.min(20, tabs * TAB_LEVELS + Math.floor(spaces / unit));
}

function findFunctions(lines, depths, family) {
  const headers = { brace: BRACE_HEADERS, typed: TYPED_HEADERS, indent: INDENT_HEADERS, end: END_HEADERS }[
    family
  ];
  const found = [];
  for (let at = 0; at < lines.length; at++) {
    if (depths[at] === undefined || lines[at].length > 400 || COMMENT.test(lines[at])) continue;
    const name = nameIn(lines[at], headers);
    if (name === undefined) continue;
    const end = endOf(lines, depths, at, family);
    if (end === undefined || end - at < 2) continue;
    found.push({ name, line: at + 1, ...bodyOf(lines, depths, at, end) });
  }
  return found;
}

function nameIn(line, headers) {
  for (const header of headers) {
    const match = header.exec(line);
    if (match !== null) return match[1] ?? "(anonymous)";
  }
  return undefined;
}

/** The last line of the function that begins at `start`, by indentation; undefined when it has no body. */
function endOf(lines, depths, start, family) {
  const depth = depths[start];
  const closing = family === "end" ? /^\s*end\b/ : /^\s*[})\]]/;
  let last = start;
  let entered = false;
  for (let at = start + 1; at < lines.length; at++) {
    if (depths[at] === undefined) continue;
    if (depths[at] > depth) {
      entered = true;
      last = at;
      continue;
    }
    if (family === "indent") {
      // The closing bracket of a header over several lines stands at the header's own depth.
      if (/^\s*\)/.test(lines[at])) continue;
      return entered ? last : undefined;
    }
    if (BESIDE_INDENTATION.test(lines[at])) continue;
    if (depths[at] < depth) return undefined;
    if (family !== "end" && /^\s*(?:\{|\).*\{)\s*$/.test(lines[at])) continue;
    return entered && closing.test(lines[at]) ? at : undefined;
  }
  return family === "indent" && entered ? last : undefined;
}

function bodyOf(lines, depths, start, end) {
  let deepest = 0;
  let branches = 0;
  for (let at = start + 1; at <= end; at++) {
    if (depths[at] === undefined || COMMENT.test(lines[at])) continue;
    deepest = Math.max(deepest, depths[at] - depths[start]);
    branches += lines[at].match(BRANCH)?.length ?? 0;
  }
  return { lines: end - start + 1, depth: deepest, branches };
}
