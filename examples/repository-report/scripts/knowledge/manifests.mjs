// What package manifests say: dependencies and licence. Read leniently: a manifest that does not parse counts nothing.

const READERS = [
  manifest("npm", /(^|\/)package\.json$/, readPackageJson, [
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "npm-shrinkwrap.json",
  ]),
  manifest("Python", /(^|\/)pyproject\.toml$/, readPyproject, [
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "requirements.txt",
  ]),
  manifest(
    "Python",
    /(^|\/)[^/]*requirements[^/]*\.(txt|in)$|(^|\/)requirements\/[^/]+\.(txt|in)$/,
    readRequirements,
  ),
  manifest("Python", /(^|\/)Pipfile$/, (text) => tomlSections(text, /^(dev-)?packages$/), ["Pipfile.lock"]),
  manifest("Go", /(^|\/)go\.mod$/, readGoMod, ["go.sum"]),
  manifest(
    "Cargo",
    /(^|\/)Cargo\.toml$/,
    (text) => tomlSections(text, /(^|\.)((dev|build)-)?dependencies$/),
    ["Cargo.lock"],
  ),
  manifest("Maven", /(^|\/)pom\.xml$/, (text) => matches(text, /<dependency>[^]*?<artifactId>([^<]+)</g)),
  manifest("Gradle", /(^|\/)build\.gradle(\.kts)?$/, readGradle, ["gradle.lockfile"]),
  manifest(
    "RubyGems",
    /(^|\/)(Gemfile|[^/]+\.gemspec)$/,
    (text) => matches(text, /^\s*(?:gem|\w+\.add_(?:\w+_)?dependency)[ (]+["']([^"']+)/gm),
    ["Gemfile.lock"],
  ),
  manifest("Composer", /(^|\/)composer\.json$/, readComposer, ["composer.lock"]),
  manifest("NuGet", /\.(cs|fs|vb)proj$|(^|\/)Directory\.Packages\.props$/, (text) =>
    matches(text, /<Package(?:Reference|Version)\s+(?:Include|Update)="([^"]+)"/g),
  ),
  manifest("Hex", /(^|\/)mix\.exs$/, (text) => matches(text, /^\s*\{:(\w+),\s*["~(]/gm), ["mix.lock"]),
  manifest("Pub", /(^|\/)pubspec\.yaml$/, readPubspec, ["pubspec.lock"]),
  manifest("SwiftPM", /(^|\/)Package\.swift$/, (text) => matches(text, /\.package\([^)]*url:\s*"([^"]+)"/g), [
    "Package.resolved",
  ]),
  manifest("Docker", /(^|\/)([^/]+\.)?(Dockerfile|Containerfile)(\.[^/]+)?$/, readDockerfile),
  manifest("GitHub Actions", /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, (text) =>
    matches(text, /^\s*-?\s*uses:\s*["']?([^\s"'#]+@[^\s"'#]+)/gm),
  ),
];

/** The manifest kind of a path: { ecosystem, read(text) → { names, development }, locks }; undefined for others. */
export function manifestOf(path) {
  return READERS.find((reader) => reader.pattern.test(path));
}

/** The licence that a manifest states; `.applies(path)` says whether it can. */
export function licenceInManifest(path, text) {
  const fileName = path.slice(path.lastIndexOf("/") + 1);
  const stated = LICENCE_READERS[fileName]?.(text);
  return typeof stated === "string" && stated.trim() !== "" && stated.length < 100
    ? stated.trim()
    : undefined;
}
licenceInManifest.applies = (path) => Object.hasOwn(LICENCE_READERS, path.slice(path.lastIndexOf("/") + 1));

const LICENCE_READERS = {
  "package.json": (text) => {
    const licence = parseJson(text)?.license;
    return typeof licence === "object" ? licence?.type : licence;
  },
  "composer.json": (text) => parseJson(text)?.license,
  "Cargo.toml": (text) => /^\s*license\s*=\s*"([^"]+)"/m.exec(text)?.[1],
  "pyproject.toml": (text) => /^\s*license\s*=\s*(?:\{\s*text\s*=\s*)?["']([^"'\n]+)["']/m.exec(text)?.[1],
  "pom.xml": (text) => /<licenses>[^]*?<name>([^<]+)</.exec(text)?.[1],
};

function manifest(ecosystem, pattern, read, locks = []) {
  const asFound = (found) => (Array.isArray(found) ? { names: found, development: 0 } : found);
  return { ecosystem, pattern, locks, read: (text) => asFound(read(text)) };
}

function readPackageJson(text) {
  const content = parseJson(text) ?? {};
  const keys = (field) =>
    Object.keys(typeof content[field] === "object" && content[field] !== null ? content[field] : {});
  const development = keys("devDependencies");
  const names = ["dependencies", "peerDependencies", "optionalDependencies"].flatMap(keys);
  return { names: [...new Set([...names, ...development])], development: development.length };
}

function readComposer(text) {
  const content = parseJson(text) ?? {};
  const development = Object.keys(content["require-dev"] ?? {});
  const names = Object.keys(content.require ?? {}).filter((name) => name.includes("/"));
  return { names: [...names, ...development], development: development.length };
}

function readPyproject(text) {
  const lists = [
    ...text.matchAll(/^(?:dependencies|[A-Za-z0-9_-]+)\s*=\s*\[([^\]]*(?:\[[^\]]*\][^\]]*)*)\]/gm),
  ];
  const inDependencies = lists.filter(
    (list) =>
      /dependencies/.test(list[0].split("=")[0]) ||
      inSection(text, list.index, /dependenc|dependency-groups/),
  );
  const named = inDependencies.flatMap((list) =>
    matches(list[1], /["']([A-Za-z0-9][A-Za-z0-9._-]*)[^"']*["']/g),
  );
  return [
    ...new Set([
      ...named,
      ...tomlSections(text, /^tool\.poetry\.(.*\.)?(dev-)?dependencies$/).filter((name) => name !== "python"),
    ]),
  ];
}

function readRequirements(text) {
  return matches(text, /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[|[<>=!~;@]|$|\s+#|\s*\\)/gm);
}

function readGoMod(text) {
  const direct = text
    .split("\n")
    .filter((line) => !/\/\/\s*indirect/.test(line))
    .join("\n");
  const blocks = [...direct.matchAll(/^require\s*\(([^)]*)\)/gm)].flatMap((block) =>
    matches(block[1], /^\s*(\S+)\s+v\S+/gm),
  );
  return [...blocks, ...matches(direct, /^require\s+([^\s(]+)\s+v/gm)];
}

function readGradle(text) {
  const scope =
    /^\s*(?:implementation|api|compileOnly|runtimeOnly|testImplementation|annotationProcessor|kapt|classpath|compile|testCompile)\b\s*\(?\s*(?:platform\()?["']?([\w.:$-]+)/gm;
  return matches(text, scope);
}

function readPubspec(text) {
  const names = [];
  let inside = false;
  for (const line of text.split("\n")) {
    if (/^\S/.test(line)) inside = /^(dev_)?dependencies:/.test(line);
    else if (inside) names.push(...matches(line, /^ {2}(\w+):/g));
  }
  return names;
}

/** Base images; stages of the same file are none. */
function readDockerfile(text) {
  const stages = new Set(matches(text, /^FROM\s+.*\s+AS\s+(\S+)/gim));
  return matches(text, /^FROM\s+(?:--\S+\s+)*(\S+)/gim).filter(
    (image) => !stages.has(image) && image !== "scratch",
  );
}

/** The keys of those TOML tables whose name matches. */
function tomlSections(text, wanted) {
  const names = [];
  let inside = false;
  for (const line of text.split("\n")) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1].replaceAll(/["']/g, "");
    if (header !== undefined) {
      inside = wanted.test(header);
      const table = /^(.*)\.([^.]+)$/.exec(header);
      if (!inside && table !== null && wanted.test(table[1])) names.push(table[2]);
    } else if (inside) names.push(...matches(line, /^\s*["']?([A-Za-z0-9_.-]+?)["']?(?:\.\w+)?\s*=/g));
  }
  return [...new Set(names)];
}

function inSection(text, index, wanted) {
  const headers = [...text.slice(0, index).matchAll(/^\s*\[([^\]]+)\]\s*$/gm)];
  return wanted.test(headers.at(-1)?.[1] ?? "");
}

function matches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1]);
}

function parseJson(text) {
  try {
    const content = JSON.parse(text);
    return typeof content === "object" && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}
