import { describe, expect, it } from "vitest";
import { bindShellText } from "./shell-binding.ts";
import type { Refusal } from "./shell-places.ts";
import { lexShellText } from "./shell-text.ts";
import { assignedNames, heredocDelimiterAt, unclearFrom } from "./shell-words.ts";

/** The reason for which the last placeholder of a text is refused, or how it is quoted. */
function verdict(text: string): string {
  const last = lexShellText(text).found.at(-1);
  if (last === undefined) return "nothing found";
  const refusal: Refusal | null = last.refusal;
  return refusal === null ? last.quoting : refusal.kind;
}

describe("a place is told by what surrounds it", () => {
  it.each([
    ["echo ${x}", "none"],
    ['echo "${x}"', "double"],
    ["echo '${x}'", "single"],
    ["echo $'${x}'", "single"],
    ["# ${x}", "comment"],
    ["echo a#b ${x}", "none"],
    ["echo ${#HOME} ${x}", "none"],
    ["echo $# ${x}", "none"],
    ["cat <<E\n${x}\nE", "double"],
    ["cat <<'E'\n${x}\nE", "quoted_heredoc"],
    ["cat <<\\E\n${x}\nE", "quoted_heredoc"],
    ["cat <<-E\n\t${x}\n\tE\n", "double"],
    ["cat <<E\n E\nE\n${x}", "none"],
    ["cat <<E\n\tE\nE\n${x}", "none"],
    ["cat <<E; echo '\n'\nE\n' ${x}", "single"],
    ['echo "$(echo ${x})"', "none"],
    ['echo "$(echo "${x}")"', "double"],
    ["echo \"$(echo ')' ${x})\"", "none"],
    ['echo "$(case a in a) echo ${x};; esac)"', "none"],
    ['echo "$(case a in a) echo;; esac)${x}"', "double"],
    ['echo "$(case a in\n(a|b) ;;\nesac; echo)${x}"', "double"],
    ['echo "$(# it\'s a comment )\necho)${x}"', "double"],
    ["echo ${HOME:-'}'} ${x}", "none"],
    ['echo ${HOME:-"}"} ${x}', "none"],
    ['echo "${HOME:-\'}${x}"', "double"],
    ["echo ${HOME:-${x}}", "none"],
    ['echo "${HOME:+${x}}"', "double"],
    ["echo \\'${x}", "none"],
    ['echo \\"${x}', "none"],
    ['echo "\\"${x}"', "double"],
    ["echo $((1 << 2)) ${x}", "none"],
    ["echo $(( (1) )) ${x}", "none"],
    ["read -p ${x} answer", "none"],
    ["local y=${x}", "none"],
    ["export Y=${x}", "none"],
    ["[ ${x} -eq 1 ]", "none"],
    ["[[ ${x} == a ]]", "none"],
    ["[[ a == b && -f ${x} ]]", "none"],
    ["sh script.sh ${x}", "none"],
    ["sh -c 'echo \"$1\"' sh ${x}", "none"],
    ["bash -s ${x} <<'E'\necho\nE", "none"],
    ["echo ${x} | sh script.sh", "none"],
    ["printf '%s' ${x}", "none"],
    ["a=(1 ${x})", "none"],
    ["f() { echo ${x}; }", "none"],
    ["cmd &> log; echo ${x}", "none"],
    ["echo ${x} || sh", "none"],
    ["echo ${x}; sh", "none"],
    ["grep bash ${x}", "none"],
    ["echo ) ${x}", "none"],
  ])("%j: %s", (text, expected) => expect(verdict(text)).toBe(expected));
});

describe("a place where a shell evaluates values is refused", () => {
  it.each([
    ["echo $((${x}))", "arithmetic"],
    ['echo "$((1 + ${x}))"', "arithmetic"],
    ["echo $(( $(echo ${x}) ))", "arithmetic"],
    ["((${x}))", "arithmetic"],
    ["for ((i = 0; i < ${x}; i++)); do :; done", "arithmetic"],
    ["echo `echo ${x}`", "backticks"],
    ["echo ${HOME#${x}}", "expansion"],
    ["echo ${HOME:${x}}", "expansion"],
    ["echo ${HOME/${x}/a}", "expansion"],
    ["echo ${HOME:=${x}}", "expansion"],
    ["echo ${a[${x}]}", "expansion"],
    ["a[${x}]=1", "subscript"],
    ["a[ ${x} ]=1", "subscript"],
    ["a=([${x}]=1)", "subscript"],
    ["a=( [ ${x} ]=1 )", "subscript"],
    ["exec {a[${x}]}>/dev/null", "subscript"],
    ["cat <<${x}\n", "heredoc_delimiter"],
    ["eval ${x}", "evaluated"],
    ["\\eval ${x}", "evaluated"],
    ['"ev"al ${x}', "evaluated"],
    ["ev\\\nal ${x}", "evaluated"],
    ["eval$EMPTY ${x}", "evaluated"],
    ["$EMPTY eval ${x}", "evaluated"],
    ["command -p eval ${x}", "evaluated"],
    ["X=1 eval ${x}", "evaluated"],
    ["2>/dev/null eval ${x}", "evaluated"],
    [">/dev/null eval ${x}", "evaluated"],
    ["true &>/dev/null eval ${x}", "evaluated"],
    ["if eval ${x}; then :; fi", "evaluated"],
    ["! eval ${x}", "evaluated"],
    ["f() { eval ${x}; }", "evaluated"],
    ["f () { eval ${x}; }", "evaluated"],
    ["function f { eval ${x}; }", "evaluated"],
    ["case a in a) eval ${x};; esac", "evaluated"],
    ["[[ a || eval ${x} ]]", "evaluated"],
    ["RANDOM=<(true)a eval ${x}", "evaluated"],
    ['eval "$(echo ${x})"', "evaluated"],
    ["source <(echo ${x})", "evaluated"],
    [". <(echo ${x})", "evaluated"],
    ["let a=${x}", "evaluated"],
    ["trap ${x} EXIT", "evaluated"],
    ["alias z=${x}", "evaluated"],
    ["unset ${x}", "evaluated"],
    ["read ${x}", "evaluated"],
    ["mapfile -C ${x} a", "evaluated"],
    ["getopts a ${x}", "evaluated"],
    ["compgen -W ${x}", "evaluated"],
    ["printf -v ${x} a", "evaluated"],
    ["test -v ${x}", "evaluated"],
    ["[[ ${x} -eq 1 ]]", "evaluated"],
    ["[[ 1 -lt ${x} ]]", "evaluated"],
    ["[[ -v ${x} ]]", "evaluated"],
    ["declare ${x}=1", "evaluated"],
    ["declare -a a=${x}", "evaluated"],
    ["declare -A a=${x}", "evaluated"],
    ["PS4=${x}", "evaluated"],
    ["RANDOM=${x}", "evaluated"],
    ["export PS4=${x}", "evaluated"],
    ["OPTIND=${x} getopts a b", "evaluated"],
    ["sh -c ${x}", "inner_shell"],
    ['bash -c "echo ${x}"', "inner_shell"],
    ['/bin/bash -euo pipefail -c "echo ${x}"', "inner_shell"],
    ['sh -c -e "echo ${x}"', "inner_shell"],
    ['sh -c $FLAGS "echo ${x}"', "inner_shell"],
    ['sudo sh -c "echo ${x}"', "inner_shell"],
    ['find . -exec sh -c "echo ${x}" \\;', "inner_shell"],
    ['$SHELL -c "echo ${x}"', "inner_shell"],
    ["echo ${x} | sh", "inner_shell"],
    ["echo ${x} | cat | bash -e", "inner_shell"],
    ["{ echo ${x}; } | sh", "inner_shell"],
    ["(echo ${x}) | sh", "inner_shell"],
    ["if true; then echo ${x}; fi | sh", "inner_shell"],
    ["for i in a; do echo ${x}; done | sudo sh", "inner_shell"],
    ["echo ${x} |\nsh", "inner_shell"],
    ["sh <<E\n${x}\nE", "inner_shell"],
    ["sudo bash <<E\n${x}\nE", "inner_shell"],
    ["cat <<E | sh\n${x}\nE", "inner_shell"],
    ["bash <<< ${x}", "inner_shell"],
    [". /dev/stdin <<E\n${x}\nE", "inner_shell"],
    ["ssh host ls ${x}", "remote"],
    ["ssh -p 22 host ls ${x}", "remote"],
    ["ssh ${x} ls", "none"],
  ])("%j: %s", (text, expected) => expect(verdict(text)).toBe(expected));
});

describe("what cannot be told is refused", () => {
  it.each([
    "echo $'a\\'b' ${x}",
    "cat <<E\n${x}",
    "echo ${HOME; echo ${x}",
    "echo $[1] ${x}",
    "((1 << 2)); echo ${x}",
    "declare -i n; n=${x}",
    "declare -n r=a; r=${x}",
    "a=(1); declare a=${x}",
    "echo $\\\n((${x}))",
    "cat <\\\n<E\n${x}\nE\n",
    "echo $((echo a) ; echo b) ${x}",
    `${"$(".repeat(200)}${"x".repeat(3)} \${x}`,
    "cat <<E\na\\\nE\n${x}\nE\n",
    'echo "${HOME/\'/a}" ${x}',
  ])("%j", (text) => expect(["unclear", "arithmetic", "expansion"]).toContain(verdict(text)));

  it("with a sentence that names what is unclear", () => {
    const bound = bindShellText("declare -i n; n=${x}", () => ({ kind: "variable", name: "V" }));
    expect(bound.problems).toEqual([
      { source: "${x}", occurrence: 0, message: expect.stringContaining("attribute -i or -n") },
    ]);
  });
});

describe("text is rewritten", () => {
  const bind = (text: string) =>
    bindShellText(text, ([name]) => (name === "x" ? { kind: "variable", name: "V" } : { kind: "shell" }));

  it("at the placeholders, and `$${` is literal everywhere", () => {
    expect(bind('echo ${x}${x} "${x}" $${x} \'$${x}\' "$${x:-a}" ${HOME}').text).toBe(
      'echo "${V}""${V}" "${V}" ${x} \'${x}\' "${x:-a}" ${HOME}',
    );
  });

  it("never where something is wrong", () => {
    expect(bind("eval ${x}").text).toBe("eval ${x}");
  });

  it("and problems name which of equal placeholders they mean", () => {
    expect(bind("echo ${x}; eval ${x}; echo '${x}'").problems.map((one) => one.occurrence)).toEqual([1, 2]);
  });

  it("in time that grows with the text", () => {
    const text = 'echo "${x}" $(echo ${x}) a; '.repeat(3_000);
    expect(bind(text).problems).toEqual([]);
    for (const hostile of ["$(", "${", '"$(', "`", "'", "((", "<<E ", "${HOME:-", "case a in ", "[[ "]) {
      expect(() => bind(hostile.repeat(20_000))).not.toThrow();
    }
  });
});

describe("words", () => {
  it("that a command gives to variables are found", () => {
    const text =
      "a=1; b+=2 c[0]=3 for d in x; do read -r e f <<< y; local g=1 h; export i; printf -v j x; getopts ab k; mapfile -t l; done";
    expect([...assignedNames(text)].toSorted()).toEqual(expect.arrayContaining("abcdefghijkl".split("")));
    expect(assignedNames("echo x == y; test z=1").has("x")).toBe(false);
  });

  it("of heredocs lose their quotes", () => {
    expect(heredocDelimiterAt("E\\O'F' x", 0, 8)).toEqual({ delimiter: "EOF", quoted: true, end: 6 });
    expect(heredocDelimiterAt('"a b";', 0, 6)).toEqual({ delimiter: "a b", quoted: true, end: 5 });
    expect(heredocDelimiterAt("EOF\n", 0, 4)).toEqual({ delimiter: "EOF", quoted: false, end: 3 });
  });

  it("that make a text unclear are rare", () => {
    expect(unclearFrom("declare -r a=1; local b; export -p; echo a \\\n b")).toBeNull();
    expect(unclearFrom("typeset -xi n=1")).not.toBeNull();
  });
});
