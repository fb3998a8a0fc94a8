/** Shells that completions are written for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that a shell loads. All of them ask `gaia __complete`, so they never have to change. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case "bash":
      return BASH;
    case "zsh":
      return ZSH;
    case "fish":
      return FISH;
  }
}

// `=` and `:` must not cut words, or `ci#14` and `name=value` would come in pieces; COMP_LINE is read anew for that.
const BASH = `# gaia completion for bash:  source <(gaia completion bash)
_gaia() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() current=""
  read -ra words <<< "$line"
  if [[ "$line" == *" " ]]; then words+=(""); fi
  current="\${words[\${#words[@]}-1]}"
  local word text
  COMPREPLY=()
  while IFS=$'\\t' read -r word text; do
    if [[ "$word" == ":files" ]]; then
      compopt -o filenames 2>/dev/null
      local file
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
    elif [[ "$word" == "$current"* ]]; then
      COMPREPLY+=("$word")
    fi
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
  # Bash replaces only what follows the last break character of the word.
  local cut="\${current%"\${current##*[=:@]}"}"
  if [[ -n "$cut" && "$COMP_WORDBREAKS" == *["=:@"]* ]]; then
    local index
    for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]="\${COMPREPLY[index]#"$cut"}"; done
  fi
}
complete -F _gaia gaia`;

const ZSH = `#compdef gaia
# gaia completion for zsh:  source <(gaia completion zsh)
_gaia() {
  local -a candidates
  local line word text
  local given=("\${words[@]:1:$((CURRENT - 1))}")
  while IFS= read -r line; do
    word="\${line%%$'\\t'*}"
    text="\${line#*$'\\t'}"
    if [[ "$word" == ":files" ]]; then
      _files
    elif [[ "$line" == *$'\\t'* ]]; then
      candidates+=("\${word//:/\\\\:}:$text")
    else
      candidates+=("\${word//:/\\\\:}")
    fi
  done < <("\${words[1]}" __complete -- "\${given[@]}" 2>/dev/null)
  (( \${#candidates} )) && _describe gaia candidates
}
compdef _gaia gaia`;

const FISH = `# gaia completion for fish:  gaia completion fish > ~/.config/fish/completions/gaia.fish
function __gaia_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] __complete -- $words[2..] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c gaia -f -a "(__gaia_complete)"`;
