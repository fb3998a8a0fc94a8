/** How the place of a placeholder is quoted, which decides how a value is put there. */
export type Quoting = "none" | "double" | "single" | "quoted_heredoc" | "comment";

/** Why no value can be put into a place: see `refusalSentence`. */
export type Refusal =
  | { readonly kind: "arithmetic" }
  | { readonly kind: "backticks" }
  | { readonly kind: "expansion" }
  | { readonly kind: "subscript" }
  | { readonly kind: "heredoc_delimiter" }
  | { readonly kind: "evaluated"; readonly by: string }
  | { readonly kind: "inner_shell"; readonly by: string }
  /** No more than a warning: many people trust their values and want it. */
  | { readonly kind: "remote" }
  | { readonly kind: "unclear"; readonly what: string };

/** A `${name}` or `${a.b}` in shell text: Gaia's or the shell's, the lexer does not know. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly source: string;
  readonly path: readonly string[];
  readonly quoting: Quoting;
  /** Set when a value must not stand here. */
  readonly refusal: Refusal | null;
}

/** `${x:-…}`, `${x%…}` and so on: always the shell's. */
export interface Expansion {
  readonly start: number;
  readonly name: string;
  readonly source: string;
}

export interface ShellText {
  readonly found: readonly Found[];
  /** Offsets of `$${`, which stand for a literal `${`. */
  readonly escapes: readonly number[];
  readonly expansions: readonly Expansion[];
}
