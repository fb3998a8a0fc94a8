import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  completionKeymap,
  type CompletionResult,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
import { type Diagnostic, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, type Range as MarkRange } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { SCALAR, VARIABLE, yamlHighlighter } from "../design/yaml-tokens.ts";
import { completionsAt } from "./completion.ts";
import { fixOf, type Problem, rangeOf } from "./fixes.ts";
import { pathAt } from "./place.ts";
import { docsAt, type Schema } from "./schema.ts";

/** What the page is told. */
export interface SourceEvents {
  readonly changed: (text: string) => void;
  /** The line of the cursor, from 1. */
  readonly moved: (line: number) => void;
  readonly save: () => void;
}

/** CodeMirror with what Gaia's files need: colours, completion, docs on hover, marks for problems. */
export class SourceView {
  readonly #view: EditorView;
  readonly #schema = new Compartment();

  constructor(parent: HTMLElement, text: string, events: SourceEvents) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [extensions(events), this.#schema.of(knowing(null))],
      }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** From now on keys are completed and explained. */
  know(schema: Schema): void {
    this.#view.dispatch({ effects: this.#schema.reconfigure(knowing(schema)) });
  }

  /** Puts another text in the place of all; it can be undone. */
  replaceAll(text: string): void {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  replace(from: number, to: number, text: string): void {
    this.#view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
    this.#view.focus();
  }

  /** Puts the cursor somewhere, in the middle of what is seen. */
  jump(line: number, column = 1): void {
    const found = this.#view.state.doc.line(Math.min(Math.max(1, line), this.#view.state.doc.lines));
    const anchor = Math.min(found.to, found.from + column - 1);
    this.#view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    this.#view.focus();
  }

  /** Marks what is wrong. */
  mark(problems: readonly Problem[]): void {
    const text = this.text;
    this.#view.dispatch(
      setDiagnostics(
        this.#view.state,
        problems.map((problem) => diagnosticOf(text, problem)),
      ),
    );
  }

  destroy(): void {
    this.#view.destroy();
  }
}

function diagnosticOf(text: string, problem: Problem): Diagnostic {
  const fix = fixOf(text, problem);
  const { from, to } = rangeOf(text, problem);
  return {
    from,
    to,
    severity: problem.severity,
    message: problem.message,
    actions:
      fix === null
        ? []
        : [
            {
              name: `Use ${fix.text}`,
              apply: (view) => view.dispatch({ changes: { from: fix.from, to: fix.to, insert: fix.text } }),
            },
          ],
  };
}

function extensions({ changed, moved, save }: SourceEvents): Extension {
  return [
    nonceOf(),
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    syntaxHighlighting(yamlHighlighter),
    VALUES,
    THEME,
    EditorView.contentAttributes.of({ "aria-label": "Source, YAML", spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
      if (update.selectionSet || update.docChanged)
        moved(update.state.doc.lineAt(update.state.selection.main.head).number);
    }),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (save(), true) },
      // Escape, then Tab, leaves the editor: nobody is caught in it.
      { key: "Tab", run: (view) => acceptCompletion(view) || indentMore(view), shift: indentLess },
      ...completionKeymap,
      ...searchKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
  ];
}

/** The content security policy lets style elements in by the nonce of this very answer. */
function nonceOf(): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return nonce === "" ? [] : EditorView.cspNonce.of(nonce);
}

function knowing(schema: Schema | null): Extension {
  const complete = (context: CompletionContext): CompletionResult | null => {
    const found = completionsAt(context.state.doc.toString(), context.pos, schema);
    if (found === null || (!context.explicit && found.from === context.pos && !isAfterOpening(context)))
      return null;
    return {
      from: found.from,
      validFor: /^[\w.-]*$/,
      options: found.options.map((option) => ({
        label: option.label,
        detail: option.detail,
        type: option.type,
        boost: option.boost,
        apply: option.type === "property" ? keyed(option.text) : option.text,
        ...(option.info === "" ? {} : { info: option.info }),
      })),
    };
  };
  const hover = hoverTooltip((view, position) => {
    const path = pathAt(view.state.doc.toString(), position);
    const docs = schema === null || path === null ? null : docsAt(schema, path);
    if (docs === null || (docs.text === "" && docs.detail === "")) return null;
    return { pos: position, create: () => ({ dom: docsElement(docs) }) };
  });
  return [autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60 }), hover];
}

/** Writes a key, and offers at once what may stand behind it. */
function keyed(text: string): (view: EditorView, completion: Completion, from: number, to: number) => void {
  return (view, completion, from, to) => {
    view.dispatch({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      annotations: pickedCompletion.of(completion),
      userEvent: "input.complete",
    });
    startCompletion(view);
  };
}

/** Values are offered as soon as their place is reached. */
function isAfterOpening(context: CompletionContext): boolean {
  return context.matchBefore(/(:\s|\$\{|[[{,]\s?|-\s)$/) !== null;
}

function docsElement({
  title,
  detail,
  text,
}: {
  readonly title: string;
  readonly detail: string;
  readonly text: string;
}): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "ed-docs";
  const add = (tag: string, content: string): void => {
    if (content === "") return;
    const element = document.createElement(tag);
    element.textContent = content;
    dom.append(element);
  };
  add("code", title);
  add("span", detail);
  add("p", text);
  return dom;
}

const NUMBER = Decoration.mark({ class: "tok-number" });
const REFERENCE = Decoration.mark({ class: "tok-variable" });

/** Colours what the YAML parser takes for plain text: numbers and `${…}`. Only what is in view is looked at. */
const VALUES = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = valueMarks(view);
    }
    update(update: ViewUpdate): void {
      if (
        update.docChanged ||
        update.viewportChanged ||
        syntaxTree(update.startState) !== syntaxTree(update.state)
      )
        this.decorations = valueMarks(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function valueMarks(view: EditorView): DecorationSet {
  const marks: MarkRange<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    const text = view.state.sliceDoc(from, to);
    for (const match of text.matchAll(VARIABLE))
      marks.push(REFERENCE.range(from + match.index, from + match.index + match[0].length));
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const isScalar = node.name === "Literal" && node.node.parent?.name !== "Key";
        if (isScalar && SCALAR.test(view.state.sliceDoc(node.from, node.to)))
          marks.push(NUMBER.range(node.from, node.to));
      },
    });
  }
  return Decoration.set(marks, true);
}

const THEME = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", color: "var(--ink)", backgroundColor: "var(--sunken)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.62", fontVariantLigatures: "none" },
  ".cm-content": { padding: "8px 0 40px", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 20px 0 0" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-3)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "46px", padding: "0 16px 0 0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "1.5px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-line)",
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--mark-match)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent)", backgroundColor: "var(--mark-match)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selected)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--failed) 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--waiting) 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "0",
    borderRadius: "var(--radius-2)",
    boxShadow: "var(--shadow-2)",
    font: "var(--text-12)/1.45 var(--font)",
    zIndex: "var(--z-popover)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font)",
    minWidth: "300px",
    maxHeight: "260px",
    padding: "4px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    gap: "16px",
    padding: "4px 8px",
    borderRadius: "var(--radius-1)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--selected)",
    color: "var(--ink)",
  },
  ".cm-completionLabel": { fontFamily: "var(--font-mono)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": {
    marginLeft: "auto",
    fontStyle: "normal",
    color: "var(--ink-3)",
    maxWidth: "190px",
    overflow: "hidden",
    textOverflow: "ellipsis",
  },
  ".cm-completionInfo": { maxWidth: "280px", padding: "8px 10px" },
  ".cm-diagnostic": { borderLeft: "3px solid var(--failed)", padding: "6px 10px", fontFamily: "var(--font)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--waiting)" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "var(--radius-1)",
    padding: "2px 8px",
  },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels-top": { borderBottom: "var(--border)" },
  ".cm-textfield": {
    width: "auto",
    height: "26px",
    border: "1px solid var(--control)",
    backgroundColor: "var(--surface)",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    border: "var(--border-strong)",
    borderRadius: "var(--radius-1)",
    minHeight: "24px",
  },
});
