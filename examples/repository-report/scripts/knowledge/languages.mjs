// Which language a file is in. kind: code and markup are counted in the language chart; prose and data stand beside it.
// family: how a function begins and ends, for the complexity heuristics: brace (a keyword begins it), typed (like brace,
// but a type or nothing may stand where the keyword would), indent, end.

const TABLE = `
TypeScript|code|typed|ts tsx mts cts
JavaScript|code|typed|js jsx mjs cjs
Python|code|indent|py pyi pyw
Go|code|brace|go
Rust|code|brace|rs
Java|code|typed|java
Kotlin|code|brace|kt kts
Scala|code|brace|scala sc
Groovy|code|typed|groovy gradle
C|code|typed|c h
C++|code|typed|cc cpp cxx hpp hh hxx ipp tpp
C#|code|typed|cs csx
Objective-C|code|typed|m mm
Swift|code|brace|swift
Dart|code|typed|dart
PHP|code|brace|php phtml
Ruby|code|end|rb rake gemspec ru|Rakefile Gemfile Vagrantfile Podfile
Elixir|code|end|ex exs
Erlang|code||erl hrl
Lua|code|end|lua
Julia|code|end|jl
Perl|code|brace|pl pm t
R|code|brace|r
Shell|code|brace|sh bash zsh fish ksh bats|.bashrc .zshrc .profile
PowerShell|code|brace|ps1 psm1 psd1
Haskell|code||hs lhs
OCaml|code||ml mli
F#|code||fs fsx fsi
Clojure|code||clj cljs cljc edn
Common Lisp|code||lisp cl
Emacs Lisp|code||el
Scheme|code||scm ss
Zig|code|brace|zig
Nim|code|indent|nim
V|code|brace|vsh
Solidity|code|typed|sol
Assembly|code||s asm
Fortran|code||f f90 f95 for
Pascal|code||pas pp
Ada|code||adb ads
Visual Basic|code||vb bas
SQL|code||sql
GLSL|code|typed|glsl vert frag
HCL|code||tf hcl tfvars
Nix|code||nix
CMake|code||cmake|CMakeLists.txt
Makefile|code||mk mak|Makefile GNUmakefile makefile
M4|code||m4 ac am
Tcl|code|brace|tcl
Vim script|code||vim|.vimrc
Starlark|code|indent|bzl bazel star|BUILD WORKSPACE
Protocol Buffers|code||proto
GraphQL|code||graphql gql
Dockerfile|code||dockerfile|Dockerfile Containerfile
HTML|markup||html htm xhtml
Vue|markup||vue
Svelte|markup||svelte
Astro|markup||astro
Templates|markup||ejs hbs mustache jinja jinja2 j2 liquid twig erb haml slim pug tmpl gotmpl
CSS|markup||css
SCSS|markup||scss sass
Less|markup||less
TeX|markup||tex sty cls bib
Roff|markup||man roff
XML|data||xml xsd xsl xslt plist xaml csproj fsproj vbproj props targets resx
SVG|data||svg
JSON|data||json jsonc json5 jsonl ndjson geojson webmanifest
YAML|data||yaml yml
TOML|data||toml
INI|data||ini cfg conf properties editorconfig env|.gitconfig .npmrc .editorconfig
CSV|data||csv tsv
Notebook|data||ipynb
Patch|data||diff patch
Snapshot|data||snap
Translation|data||po pot
Markdown|prose||md mdx markdown
reStructuredText|prose||rst
AsciiDoc|prose||adoc asciidoc
Org|prose||org
Text|prose||txt text|README LICENSE LICENCE COPYING NOTICE AUTHORS CHANGELOG CHANGES NEWS TODO INSTALL CONTRIBUTORS
`;

const INTERPRETERS = {
  python: "Python",
  node: "JavaScript",
  deno: "TypeScript",
  bun: "TypeScript",
  ruby: "Ruby",
  perl: "Perl",
  php: "PHP",
  sh: "Shell",
  bash: "Shell",
  zsh: "Shell",
  dash: "Shell",
  ksh: "Shell",
  lua: "Lua",
  Rscript: "R",
  elixir: "Elixir",
  make: "Makefile",
  tclsh: "Tcl",
};

/** name → { name, kind, family } */
export const LANGUAGES = new Map();
const byExtension = new Map();
const byFileName = new Map();
readTable();

/** The language of a file by its name, then by its `#!` line; undefined when unknown. `content` may be absent. */
export function languageOf(path, content) {
  const fileName = path.slice(path.lastIndexOf("/") + 1);
  const exact = byFileName.get(fileName) ?? byFileName.get(fileName.replace(/\..*$/, ""));
  const dot = fileName.lastIndexOf(".");
  const extension = dot > 0 ? fileName.slice(dot + 1).toLowerCase() : undefined;
  const byName = byFileName.get(fileName) ?? byExtension.get(extension) ?? (dot > 0 ? undefined : exact);
  if (byName !== undefined) return byName;
  return content === undefined ? undefined : byInterpreter(content);
}

/** What a file is in the project: source, test, generated or vendored. Names first, then what its head says. */
export function roleOf(path, content) {
  if (VENDORED.test(path)) return "vendored";
  if (GENERATED_NAME.test(path)) return "generated";
  if (content !== undefined && GENERATED_HEAD.test(content.toString("latin1", 0, 600))) return "generated";
  return isTestPath(path) ? "test" : "source";
}

/** A file of tests, by the conventions of the usual frameworks. */
export function isTestPath(path) {
  return TEST_NAME.test(path) || (TEST_FOLDER.test(path) && !/\.(md|rst|txt)$/i.test(path));
}

const VENDORED =
  /(^|\/)(node_modules|bower_components|vendor|vendored|_vendor|third[_-]?party|thirdparty|3rdparty|extern|externals|Pods|Carthage)\//i;
const GENERATED_NAME =
  /(^|\/)(dist|__generated__|generated)\/|\.min\.(js|css)$|\.bundle\.js$|[._]pb2?(_grpc)?\.(go|py|js|ts|cc|h|rb)$|\.g\.dart$|\.designer\.cs$|_generated\.\w+$|\.generated\.\w+$|\.snap$|(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|Gemfile\.lock|composer\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|go\.sum|mix\.lock|pubspec\.lock|flake\.lock|Podfile\.lock|packages\.lock\.json)$/;
// The mark of generators (Go's is a rule of the language). It has to stand on a line that starts as a comment,
// otherwise the program that writes the mark would count as generated itself.
const GENERATED_HEAD =
  /^\s*(?:\/\/|#|\/?\*+|--|<!--|;+|%)\s*(?:@generated\b|(?:Code|This file (?:is|was)|File|Auto)[^\n]{0,60}generated[^\n]{0,80}(?:DO NOT (?:EDIT|MODIFY)|do not (?:edit|modify)))/m;
const TEST_NAME =
  /(^|\/)(test_[^/]*\.py|[^/]*_test\.(py|go|rb|exs|cc|cpp|c|rs|dart|lua)|[^/]*[.-](test|spec|cy|e2e)\.[cm]?[jt]sx?|[^/]*_spec\.(rb|lua)|[^/]*(Test|Tests|Spec|IT)\.(java|kt|scala|groovy|cs|fs|swift|php)|[^/]*\.(bats|feature)|conftest\.py)$/;
const TEST_FOLDER = /(^|\/)(tests?|__tests__|specs?|testing|e2e|cypress|testdata|test-data|fixtures)\//i;

function readTable() {
  for (const row of TABLE.trim().split("\n")) {
    const [name, kind, family, extensions, fileNames = ""] = row.split("|");
    const language = { name, kind, family: family || undefined };
    LANGUAGES.set(name, language);
    for (const extension of extensions.split(" ")) byExtension.set(extension, language);
    for (const fileName of fileNames.split(" ").filter(Boolean)) byFileName.set(fileName, language);
  }
}

function byInterpreter(content) {
  const found = /^#!\s*\S*?(?:\/env\s+(?:-\S+\s+)*|\/)([A-Za-z]+)[\d.]*(?:\s|$)/.exec(
    content.toString("latin1", 0, 128),
  );
  return found === null ? undefined : LANGUAGES.get(INTERPRETERS[found[1]]);
}
