import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bindShellText, type Owner } from "./shell-binding.ts";

/** `x` is a variable of the workflow, names in capitals are the shell's, all others are unknown. */
function ownerOf(path: readonly string[]): Owner {
  if (path[0] === "x") return { kind: "variable", name: "GAIA_VALUE_1" };
  if (/^[A-Z]/.test(path[0] ?? "")) return { kind: "shell" };
  return { kind: "problem", message: `unknown ${path.join(".")}` };
}

function bind(text: string) {
  return bindShellText(text, ownerOf);
}

const SHELLS = ["sh", "bash"].filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-shell-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs bound text with a value, in a folder that holds files for globs to match. */
function run(
  shell: string,
  text: string,
  value: string,
): { readonly out: string; readonly executed: boolean } {
  const marker = join(folder, "executed");
  rmSync(marker, { force: true });
  const result = spawnSync(shell, ["-c", text], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      GAIA_VALUE_1: value,
      MARKER: marker,
      HOME: folder,
      EMPTY: "",
    },
    encoding: "utf8",
    timeout: 20_000,
  });
  return { out: result.stdout, executed: existsSync(marker) };
}

/** Prints its arguments, one a bracket; the `x` behind each keeps line breaks at the end of a value. */
const SHOW = `show() { for a in "$@"; do printf '[%sx]' "$a"; done; }; `;

/** Command shapes in which the value has to arrive as one whole word. */
const WHOLE: readonly string[] = [
  "show ${x}",
  'show "${x}"',
  "show \"$(printf '%sx' ${x} | sed '$ s/x$//')\"",
  'y=${x}; show "$y"',
  'export Y=${x}; show "$Y"',
  "y='a' z=${x}; show \"$z\"",
  "if true; then show ${x}; fi",
  'for i in ${x}; do show "$i"; done',
  'for i in "${x}"; do show "$i"; done',
  "case a in b) :;; a) show ${x};; esac",
  "case ${x} in *) show ${x};; esac",
  "(show ${x})",
  "{ show ${x}; }",
  'f() { show "$1"; }; f ${x}',
  "true && show ${x} || false",
  "true; # a comment with ' and ${x}\nshow ${x}",
  "echo 'it is' >/dev/null; show ${x}",
  'echo "it\'s" >/dev/null; show ${x}',
  "echo it\\'s >/dev/null; show ${x}",
  "show \\\n  ${x}",
  "show ${EMPTY:-${x}}",
  'show "${EMPTY:-${x}}"',
  'show "${EMPTY:-"${x}"}"',
  "show ${HOME:+${x}}",
  'sh -c \'for a in "$@"; do printf "[%sx]" "$a"; done\' sh ${x}',
  "show ${x} 2>/dev/null",
  "show ${x} </dev/null",
  "cat >/dev/null <<'EOF'\nit's \"here\nEOF\nshow ${x}",
  "cat >/dev/null <<-EOF\n\tit's \"here\n\tEOF\nshow ${x}",
  "cat >/dev/null <<A <<B\n'\nA\n\"\nB\nshow ${x}",
  "show \"$(cat <<EOF\n${x}x\nEOF\n)\" | sed '$ s/xx]$/x]/'",
  "n=$((1 + 2)); show ${x}",
  'n=`echo "it\'s"`; show ${x}',
  "echo $'a' >/dev/null; show ${x}",
  "[ ${x} = ${x} ] && show ${x}",
  'test -n "${x}x" && show ${x}',
  'set -- ${x}; show "$1"',
  'show "$(case a in (a) echo;; b) echo;; esac)${x}" | sed "s/^/ /; s/^ //"',
];

/** Shapes in which something stands around the value. */
const AROUND: readonly { readonly text: string; readonly before: string; readonly after: string }[] = [
  { text: "show pre${x}post", before: "pre", after: "post" },
  { text: 'show "pre ${x} post"', before: "pre ", after: " post" },
  { text: "show 'pre '${x}' post'", before: "pre ", after: " post" },
  { text: "show --name=${x}", before: "--name=", after: "" },
  { text: "show a\\ ${x}\\ b", before: "a ", after: " b" },
  { text: 'show "\\"${x}\\""', before: '"', after: '"' },
  { text: 'show "it\'s ${x}"', before: "it's ", after: "" },
  { text: "show {${x}}", before: "{", after: "}" },
];

const MARK = '$(touch "$MARKER")';
const NASTY: readonly string[] = [
  "",
  " ",
  "*",
  "plain",
  "a b  c",
  "'",
  '"',
  "'\"'\"",
  "\\",
  "a\\",
  "$HOME",
  "${HOME}",
  "${GAIA_VALUE_1}",
  MARK,
  `'; ${MARK}; '`,
  `"; ${MARK}; "`,
  `\`touch "$MARKER"\``,
  `; touch "$MARKER" #`,
  `| touch "$MARKER"`,
  `& touch "$MARKER" &`,
  `\n touch "$MARKER"\n`,
  `EOF\ntouch "$MARKER"\n`,
  `A\nB\nEOF\n${MARK}`,
  `a[${MARK}]`,
  `$((a[${MARK}]))`,
  "-n",
  "-e \\n",
  "--",
  "?? [a-z]*",
  "~",
  "~root",
  "{a,b}",
  "!!",
  "#",
  "a=b",
  "\t\ttabs",
  "trailing\n\n",
  "ünï ☃ 日本 🙂",
  "%s%n%d",
  ")",
  "(",
  "esac",
  "$'\\x41'",
  "<(touch x)",
  "&>x",
  "x y\rz",
];

const value = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({
    unit: fc.constantFrom(..."'\"`$(){}[]\\;|&<>*?#~!=%, \n\tabEOF".split(""), MARK),
    maxLength: 20,
  }),
);

describe.each(SHELLS)("values in %s", (shell) => {
  it("arrive byte for byte as one word in every command shape, and nothing in them is run", () => {
    fc.assert(
      fc.property(fc.constantFrom(...WHOLE), value, (shape, text) => {
        const bound = bind(shape);
        expect(bound.problems).toEqual([]);
        const { out, executed } = run(shell, SHOW + bound.text, text);
        expect({ out, executed }).toEqual({ out: `[${text}x]`, executed: false });
      }),
      {
        numRuns: 150,
        seed: 7,
        examples: WHOLE.map((shape): [string, string] => [shape, `it's "${MARK}" *`]),
      },
    );
  });

  it("keep what stands around them", () => {
    fc.assert(
      fc.property(fc.constantFrom(...AROUND), value, (shape, text) => {
        const { out, executed } = run(shell, SHOW + bind(shape.text).text, text);
        expect({ out, executed }).toEqual({
          out: `[${shape.before}${text}${shape.after}x]`,
          executed: false,
        });
      }),
      {
        numRuns: 60,
        seed: 7,
        examples: AROUND.map((shape): [(typeof AROUND)[number], string] => [shape, `it's "${MARK}" *`]),
      },
    );
  });

  it.each(NASTY)("go into a heredoc as they are: %j", (text) => {
    const bound = bind('cat <<EOF\n"${x}" it\'s $(printf %s ${x})\nEOF');
    const { out, executed } = run(shell, bound.text, text);
    // A command substitution drops the line breaks at its end; that is the shell's own doing.
    expect({ out, executed }).toEqual({
      out: `"${text}" it's ${text.replace(/\n+$/, "")}\n`,
      executed: false,
    });
  });

  it("cannot be the end of the heredoc that they stand in", () => {
    const bound = bind("cat <<EOF\n${x}\nEOF\necho after");
    expect(run(shell, bound.text, `EOF\ntouch "$MARKER"`)).toEqual({
      out: `EOF\ntouch "$MARKER"\nafter\n`,
      executed: false,
    });
  });

  it("never run as code, in random combinations of everything that a shell knows", () => {
    const piece = fc.constantFrom(
      ..."' \" ` $( ) $(( )) ${HOME:- } ${HOME# ( { [ [[ ]] \\ \n # ; | & < > << EOF 'EOF' EOF\n case in a) ;; esac if then fi eval sh -c = a= a[ ] $' $[ let".split(
        " ",
      ),
      "${x}",
      "${x}",
      "${x}",
      " ",
      " ",
      "echo ",
      "<<EOF\n",
      "\nEOF\n",
      "[[ 1 -eq ",
      "declare -i a=",
      "unset ",
      "printf -v ",
      "bash -c ",
      "$$",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 2, maxLength: 14 }),
        fc.constantFrom(...NASTY.filter((text) => text.includes("MARKER"))),
        (pieces, text) => {
          const bound = bind(pieces.join(""));
          fc.pre(bound.problems.length === 0 && bound.text.includes("GAIA_VALUE_1"));
          expect(run(shell, bound.text, text).executed).toBe(false);
        },
      ),
      { numRuns: 120, seed: 11, maxSkipsPerRun: 500 },
    );
  });
});
