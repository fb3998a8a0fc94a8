import { join } from "node:path";
import type { StartCommand } from "@gaia/program";
import type { PublishedLanguage } from "@gaia/program/testing/published-programs.ts";

/** The SDKs: what builds the program of each, starts it, and runs the SDK's own tests. */

/** A program that has to be there, and the Debian packages that bring it. */
interface Tool {
  readonly command: string;
  readonly packages: string;
  /** Says with exit status 0 that the program can do what is wanted. */
  readonly tries?: readonly string[];
}

export interface Step {
  readonly command: string;
  readonly args: readonly string[];
  /** From the folder of the SDK. */
  readonly folder?: string;
}

export interface Language {
  /** The folder under `sdks`. */
  readonly name: string;
  readonly tools: readonly Tool[];
  /** From its sources to a program that can be started. */
  readonly build: readonly Step[];
  /** `folder`: where the SDK has been built. */
  start(folder: string): StartCommand;
  /** What a stack trace in a job's log names; null: the language keeps no stack. */
  readonly source: string | null;
  /** The SDK takes the names of its certificates out of the environment that programs of jobs inherit. */
  readonly hidesCertificates: boolean;
  /** As the SDK's README has them. */
  readonly ownTests: readonly Step[];
  /** Null: there is no program on the published SDK of the language that could be built here. */
  readonly move: Move | null;
}

/** How a program for the published SDK moves over to ours. Paths are from the folder of the SDK. */
export interface Move {
  readonly published: PublishedLanguage;
  /** From the folder of the published programs. */
  readonly source: string;
  readonly target: string;
  readonly theirImport: string;
  readonly ourImport: string;
  /** What the published SDK writes before the message of a failure, and ours does not. */
  readonly messagePrefix: string;
  /** Made out of those of the conformance program. */
  readonly buildFiles: Readonly<
    Record<string, { readonly from: string; readonly change: (text: string) => string }>
  >;
  readonly build: readonly Step[];
  start(folder: string): StartCommand;
}

function asItIs(text: string): string {
  return text;
}

const RUBY_ARGS = ["-I", "lib", "-I", "conformance/lib", "-r", "conformance", "-e", "Main.main"];

export const LANGUAGES: readonly Language[] = [
  {
    name: "node",
    tools: [],
    build: [
      {
        command: "npm",
        args: ["install", "--install-links", "--no-audit", "--no-fund", "--loglevel=error"],
        folder: "conformance",
      },
    ],
    start: (folder) => ({ file: process.execPath, args: ["index.js"], folder: join(folder, "conformance") }),
    source: "index.js",
    hidesCertificates: true,
    ownTests: [
      { command: "npm", args: ["install", "--no-audit", "--no-fund", "--loglevel=error"] },
      { command: "npm", args: ["test"] },
    ],
    move: {
      published: "nodejs",
      source: "node/index.js",
      target: "moved/index.js",
      theirImport: 'require("@gaia-pipeline/nodesdk")',
      ourImport: 'require("@gaia/sdk")',
      messagePrefix: "Error: ",
      buildFiles: {
        "moved/package.json": {
          from: "conformance/package.json",
          change: (text) => text.replace('"type": "module"', '"type": "commonjs"'),
        },
      },
      build: [
        {
          command: "npm",
          args: ["install", "--install-links", "--no-audit", "--no-fund", "--loglevel=error"],
          folder: "moved",
        },
      ],
      start: (folder) => ({ file: process.execPath, args: ["index.js"], folder: join(folder, "moved") }),
    },
  },
  {
    name: "python",
    tools: [{ command: "python3", packages: "python3-venv", tries: ["-c", "import ensurepip, venv"] }],
    build: [
      { command: "python3", args: ["-m", "venv", ".venv"] },
      { command: ".venv/bin/pip", args: ["install", "--quiet", ".", "./conformance"] },
    ],
    start: (folder) => ({
      file: join(folder, ".venv", "bin", "python"),
      args: ["-c", "import pipeline; pipeline.main()"],
      folder,
    }),
    source: "pipeline.py",
    hidesCertificates: true,
    ownTests: [{ command: ".venv/bin/python", args: ["-m", "unittest"] }],
    move: {
      published: "python",
      source: "python/pipeline.py",
      target: "moved/pipeline.py",
      theirImport: "from gaiasdk import sdk",
      ourImport: "from gaia import sdk",
      messagePrefix: "",
      buildFiles: {},
      build: [
        { command: "python3", args: ["-m", "venv", ".venv"] },
        { command: ".venv/bin/pip", args: ["install", "--quiet", "."] },
      ],
      start: (folder) => ({
        file: join(folder, ".venv", "bin", "python"),
        args: ["-c", "import pipeline; pipeline.main()"],
        folder: join(folder, "moved"),
      }),
    },
  },
  {
    name: "go",
    tools: [{ command: "go", packages: "golang-go" }],
    build: [{ command: "go", args: ["build", "-o", "program"], folder: "conformance" }],
    start: (folder) => ({ file: join(folder, "conformance", "program"), args: [], folder }),
    source: "main.go",
    hidesCertificates: true,
    ownTests: [
      { command: "go", args: ["vet", "./..."] },
      { command: "go", args: ["test", "./..."] },
    ],
    move: {
      published: "golang",
      source: "go/main.go",
      target: "moved/main.go",
      theirImport: 'sdk "github.com/gaia-pipeline/gosdk"',
      ourImport: 'sdk "gaia/sdk"',
      messagePrefix: "",
      buildFiles: {
        "moved/go.mod": { from: "conformance/go.mod", change: asItIs },
        "moved/go.sum": { from: "conformance/go.sum", change: asItIs },
      },
      build: [{ command: "go", args: ["build", "-o", "program"], folder: "moved" }],
      start: (folder) => ({ file: join(folder, "moved", "program"), args: [], folder }),
    },
  },
  {
    name: "java",
    tools: [
      { command: "javac", packages: "default-jdk-headless" },
      { command: "mvn", packages: "maven" },
    ],
    build: [
      { command: "mvn", args: ["-q", "-B", "clean", "compile", "assembly:single"], folder: "conformance" },
    ],
    start: (folder) => ({
      file: "java",
      args: ["-jar", join(folder, "conformance", "target", "plugin-jar-with-dependencies.jar")],
      folder,
    }),
    source: "Conformance.java",
    // A Java program cannot change its environment.
    hidesCertificates: false,
    ownTests: [{ command: "mvn", args: ["-B", "test"] }],
    move: {
      published: "java",
      source: "java/src/main/java/Pipeline.java",
      target: "moved/src/main/java/Pipeline.java",
      theirImport: "import io.gaiapipeline.javasdk.*;",
      ourImport: "import io.gaia.sdk.javasdk.*;",
      messagePrefix: "",
      buildFiles: {
        "moved/pom.xml": {
          from: "conformance/pom.xml",
          change: (text) => text.replace("conformance.Conformance", "Pipeline"),
        },
      },
      build: [{ command: "mvn", args: ["-q", "-B", "clean", "compile", "assembly:single"], folder: "moved" }],
      start: (folder) => ({
        file: "java",
        args: ["-jar", join(folder, "moved", "target", "plugin-jar-with-dependencies.jar")],
        folder,
      }),
    },
  },
  {
    name: "cpp",
    tools: [
      { command: "g++", packages: "g++" },
      { command: "make", packages: "make" },
      {
        command: "grpc_cpp_plugin",
        packages: "libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc",
      },
    ],
    build: [{ command: "make", args: ["-C", "conformance"] }],
    start: (folder) => ({ file: join(folder, "conformance", "pipeline.out"), args: [], folder }),
    source: null,
    hidesCertificates: true,
    ownTests: [{ command: "make", args: [] }],
    move: null,
  },
  {
    name: "ruby",
    tools: [
      {
        command: "ruby",
        packages: "ruby ruby-grpc ruby-minitest",
        tries: ["-e", 'require "grpc"; require "minitest"'],
      },
    ],
    build: [],
    start: (folder) => ({ file: "ruby", args: RUBY_ARGS, folder }),
    source: "conformance.rb",
    hidesCertificates: true,
    ownTests: [{ command: "ruby", args: ["-w", "-Ilib", "-Itest", "test/all.rb"] }],
    move: null,
  },
];
