import type { YAMLError } from "yaml";

/** A syntax error of the YAML library as a sentence with a remedy, and where it starts. */
export function syntaxSentence(
  error: YAMLError,
  text: string,
): { readonly start: number; readonly sentence: string } {
  const start = Math.min(error.pos[0], Math.max(0, text.length - 1));
  return { start, sentence: sentenceOf(error, text, start) };
}

function sentenceOf(error: YAMLError, text: string, start: number): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "a tab is used for indentation; YAML wants spaces";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return mappingSentence(text, start);
    case "BAD_INDENT":
      return `the indentation does not fit: ${lowerFirst(error.message)}`;
    case "MISSING_CHAR":
      if (error.message.startsWith("Missing closing"))
        return "a quote is opened and not closed before the end of the file";
      if (error.message.startsWith("Implicit map keys"))
        return "a key has no `:` behind it; write `key: value`";
      return lowerFirst(error.message);
    case "BAD_SCALAR_START":
      return `a value cannot start with \`${text[start] ?? ""}\` unless it is in quotes`;
    case "BAD_DQ_ESCAPE":
      return `${lowerFirst(error.message)}; in double quotes a backslash is written \`\\\\\`, or use single quotes`;
    case "UNEXPECTED_TOKEN":
      return unexpectedSentence(error.message);
    case "BAD_ALIAS":
    case "ALIAS_PROPS":
      return `this alias cannot be read: ${lowerFirst(error.message)}; put a value that starts with \`*\` or \`&\` in quotes`;
    case "TAG_RESOLVE_FAILED":
    case "BAD_COLLECTION_TYPE":
      return "tags (`!name`) are not known here; remove it, or put a value that starts with `!` in quotes";
    case "NON_STRING_KEY":
      return "a key must be text, not a list or a map";
    case "RESOURCE_EXHAUSTION":
      return "the file is nested too deep";
    case "KEY_OVER_1024_CHARS":
      return "a key is longer than 1,024 characters";
    case "BAD_DIRECTIVE":
      return "a line that starts with `%` is a directive, which is not known here";
    case "BLOCK_IN_FLOW":
    case "BAD_PROP_ORDER":
    case "DUPLICATE_KEY":
    case "IMPOSSIBLE":
    case "MULTIPLE_ANCHORS":
    case "MULTIPLE_DOCS":
    case "MULTIPLE_TAGS":
      return lowerFirst(error.message);
  }
}

function mappingSentence(text: string, start: number): string {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, endOfLine(text, start));
  if (/:\s.*:(\s|$)/.test(line)) {
    return 'the value holds ": ", which starts a map; put the value in quotes, or start it with `|` on a line of its own';
  }
  return "the lines below do not fit this one: check their indentation, or put a value of several lines behind `|`";
}

function unexpectedSentence(message: string): string {
  if (message.includes("at node end")) {
    return "something follows a value that had ended; put the whole value in quotes";
  }
  return `this cannot be read: ${lowerFirst(message.replace(/ in YAML stream/, ""))}`;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
