/** A language in which `gaia init pipeline` begins a pipeline. */
export interface TemplateLanguage {
  /** As people name it. */
  readonly name: string;
  readonly title: string;
  readonly otherNames: readonly string[];
  /** Folder of the SDK. */
  readonly sdk: string;
  /** Folder of the template in that of the SDK. */
  readonly template: string;
  /** What of the SDK no pipeline needs, beside tests and templates. */
  readonly leftOut: readonly string[];
  /** Runs the pipeline here, and its tests, in the new folder. */
  readonly run: string;
  readonly test: string;
}

const SHARED = { otherNames: [], template: "template", leftOut: [] } as const;

/** In the order in which they are offered. */
export const TEMPLATE_LANGUAGES: readonly TemplateLanguage[] = [
  {
    ...SHARED,
    name: "go",
    title: "Go",
    otherNames: ["golang"],
    sdk: "go",
    run: "go run . run",
    test: "go test .",
  },
  {
    ...SHARED,
    name: "python",
    title: "Python",
    otherNames: ["py", "python3"],
    sdk: "python",
    run: "PYTHONPATH=gaia-sdk/src python3 pipeline.py run",
    test: "PYTHONPATH=gaia-sdk/src python3 -m unittest",
  },
  {
    ...SHARED,
    name: "node",
    title: "JavaScript",
    otherNames: ["nodejs", "javascript", "js"],
    sdk: "node",
    leftOut: ["tsconfig.json"],
    run: "npm install && node index.js run",
    test: "npm test",
  },
  {
    ...SHARED,
    name: "typescript",
    title: "TypeScript",
    otherNames: ["ts"],
    sdk: "node",
    template: "template-typescript",
    leftOut: ["tsconfig.json"],
    run: "npm install && node index.js run",
    test: "npm test",
  },
  {
    ...SHARED,
    name: "java",
    title: "Java",
    sdk: "java",
    run: "mvn -q clean compile assembly:single && java -jar target/plugin-jar-with-dependencies.jar run",
    test: "mvn -q test",
  },
  {
    ...SHARED,
    name: "cpp",
    title: "C++",
    otherNames: ["c++"],
    sdk: "cpp",
    leftOut: ["Makefile"],
    run: "make && ./pipeline.out run",
    test: "make test",
  },
  {
    ...SHARED,
    name: "ruby",
    title: "Ruby",
    otherNames: ["rb"],
    sdk: "ruby",
    run: "ruby -I gaia-sdk/lib -r ./lib/gaia -e Main.main run",
    test: "ruby -I gaia-sdk/lib test/pipeline_test.rb",
  },
];

/** The language that people mean, in any case of its letters; null: none. */
export function templateLanguage(name: string): TemplateLanguage | null {
  const lower = name.toLowerCase();
  return TEMPLATE_LANGUAGES.find((one) => one.name === lower || one.otherNames.includes(lower)) ?? null;
}
