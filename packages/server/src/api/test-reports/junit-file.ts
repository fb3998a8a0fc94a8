import sax, { type QualifiedAttribute, type QualifiedTag, type Tag } from "sax";
import type { CaseList, TestCase } from "./case-list.ts";

/** Elements that a report has inside of each other; nested suites are rare and shallow. */
const DEPTH = 64;
/** Of one case: what a person reads of it. */
const MESSAGE_CHARACTERS = 2_000;
const DETAIL_CHARACTERS = 20_000;
const NAME_CHARACTERS = 1_000;

/** What became of a file. */
export type ReadFile =
  | { readonly kind: "report" }
  /** XML of another kind, such as coverage, or no XML at all. */
  | { readonly kind: "other" }
  /** Cannot be read to its end; cases before that were read. `isReport`: it began like one. */
  | { readonly kind: "broken"; readonly isReport: boolean; readonly line: number; readonly message: string };

/**
 * Reads JUnit XML as it arrives, and keeps of it what is told of each case. Entities other than the five of XML are an
 * error and a document type is passed over: nothing is ever expanded or fetched.
 */
export class JunitFile {
  readonly #cases: CaseList;
  readonly #parser = sax.parser(true, { position: true });
  readonly #suites: string[] = [];
  #root = "";
  #depth = 0;
  #case: Draft | null = null;
  /** Whose text is being read; null: nobody's. */
  #details: string | null = null;
  #broken: ReadFile | null = null;

  constructor(cases: CaseList) {
    this.#cases = cases;
    this.#parser.onopentag = ({ name, attributes }) => this.#open(name, attributes);
    this.#parser.onclosetag = (name) => this.#close(name);
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a parser of sax has no listeners
    this.#parser.ontext = (text) => this.#text(text);
    this.#parser.oncdata = (text) => this.#text(text);
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- as above
    this.#parser.onerror = (error) => this.#break(error.message.split("\n")[0] ?? "it is not XML");
  }

  /** Whether more of the file would change nothing. */
  get isOver(): boolean {
    return this.#broken !== null || (this.#root !== "" && !isReport(this.#root));
  }

  write(text: string): void {
    if (!this.isOver) this.#parser.write(text);
  }

  end(): ReadFile {
    if (!this.isOver) this.#parser.close();
    if (this.#root === "") this.#break("it has no XML in it");
    if (this.#broken !== null) return this.#broken;
    return { kind: isReport(this.#root) ? "report" : "other" };
  }

  #open(name: string, attributes: Tag["attributes"] | QualifiedTag["attributes"]): void {
    if (this.#root === "") this.#root = name;
    if (this.isOver) return;
    this.#depth += 1;
    if (this.#depth > DEPTH) return this.#break(`more than ${DEPTH} elements are inside of each other`);
    const value = (key: string): string => textOf(attributes[key]);
    if (name === "testsuite") this.#suites.push(value("name"));
    else if (name === "testcase") this.#case = draftOf(value, this.#suites.at(-1) ?? "");
    else if (this.#case !== null) {
      const outcome = OUTCOMES.get(name);
      if (outcome === undefined) return;
      // A case that failed in its body and again in its clean-up failed once.
      if (this.#case.status !== "failed") this.#case.status = outcome;
      this.#case.message ||= (value("message") || value("type")).slice(0, MESSAGE_CHARACTERS);
      this.#details = "";
    }
  }

  #text(text: string): void {
    if (this.#details === null || this.#details.length >= DETAIL_CHARACTERS) return;
    this.#details = (this.#details + text).slice(0, DETAIL_CHARACTERS);
  }

  #close(name: string): void {
    if (this.isOver) return;
    this.#depth -= 1;
    if (name === "testsuite") this.#suites.pop();
    else if (this.#case === null) return;
    else if (name === "testcase") {
      this.#cases.add(this.#case);
      this.#case = null;
    } else if (OUTCOMES.has(name) && this.#details !== null) {
      this.#case.details ||= this.#details.trim();
      this.#details = null;
    }
  }

  #break(message: string): void {
    const line = this.#parser.line + 1;
    this.#broken ??= { kind: "broken", isReport: isReport(this.#root), line, message };
  }
}

type Draft = { -readonly [K in keyof TestCase]: TestCase[K] };

const OUTCOMES: ReadonlyMap<string, TestCase["status"]> = new Map([
  ["failure", "failed"],
  ["error", "failed"],
  ["skipped", "skipped"],
]);

function textOf(attribute: string | QualifiedAttribute | undefined): string {
  return typeof attribute === "string" ? attribute : (attribute?.value ?? "");
}

function isReport(root: string): boolean {
  return root === "testsuites" || root === "testsuite";
}

function draftOf(value: (key: string) => string, suite: string): Draft {
  const seconds = Number(value("time").replaceAll(",", ""));
  return {
    suite: (value("classname") || suite).slice(0, NAME_CHARACTERS),
    name: value("name").slice(0, NAME_CHARACTERS),
    status: "passed",
    duration_ms: Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1_000) : 0,
    message: "",
    details: "",
    file: value("file").slice(0, NAME_CHARACTERS),
  };
}
