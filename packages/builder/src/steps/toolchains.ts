import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { BuildError } from "../build-error.ts";

/** Programs that builds call, and how each is installed. */
const TOOLS = {
  go: "apt-get install golang-go",
  mvn: "apt-get install maven",
  javac: "apt-get install default-jdk-headless",
  java: "apt-get install default-jre-headless",
  python3: "apt-get install python3",
  venv: "apt-get install python3-venv",
  make: "apt-get install make",
  cmake: "apt-get install cmake",
  "c++": "apt-get install g++",
  "g++": "apt-get install g++",
  gcc: "apt-get install gcc",
  cc: "apt-get install gcc",
  protoc: "apt-get install protobuf-compiler",
  grpc_cpp_plugin: "apt-get install protobuf-compiler-grpc",
  "pkg-config": "apt-get install pkg-config",
  gem: "apt-get install ruby",
  ruby: "apt-get install ruby",
  bundle: "apt-get install ruby-bundler",
  node: "apt-get install nodejs",
  npm: "apt-get install npm",
  yarn: "npm install -g yarn",
  pnpm: "npm install -g pnpm",
  git: "apt-get install git",
  tar: "apt-get install tar",
  cargo: "apt-get install cargo",
} as const satisfies Record<string, string>;

export type Tool = keyof typeof TOOLS;

/** Libraries that compilers miss by the name of a header. */
const HEADERS: Readonly<Record<string, string>> = {
  "grpcpp/": "apt-get install libgrpc++-dev",
  "grpc/": "apt-get install libgrpc-dev",
  "google/protobuf/": "apt-get install libprotobuf-dev",
  "Python.h": "apt-get install python3-dev",
  "ruby.h": "apt-get install ruby-dev",
};

/** Where a program is on the PATH of an environment; null: nowhere. */
export function findTool(name: string, environment: Readonly<Record<string, string>>): string | null {
  for (const folder of (environment["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** The error of a program that is not there. */
export function missingTool(name: string): BuildError {
  return new BuildError(`The build needs \`${name}\`, which is not installed here.`, remedyFor(name));
}

/** The command that installs a program, as a remedy. */
export function remedyFor(name: string): string {
  const command = Object.hasOwn(TOOLS, name)
    ? Object.entries(TOOLS).find(([tool]) => tool === name)?.[1]
    : null;
  return command == null
    ? `Install \`${name}\` on the worker's machine.`
    : `Install it on the worker's machine: ${command}`;
}

/** How a header is installed that a compiler misses; null: not known. */
export function headerRemedy(header: string): string | null {
  const known = Object.entries(HEADERS).find(([start]) => header.startsWith(start));
  return known === undefined ? null : `Install what brings it on the worker's machine: ${known[1]}`;
}
