import type { ProgramLanguage, StartCommand } from "../port.ts";

/** What a build left, as its language starts from it. */
export type BuiltProgram =
  | { readonly language: "golang" | "cpp" | "java"; readonly executable: string }
  /** A virtual environment, or an unpacked archive with its node_modules. */
  | { readonly language: "python" | "nodejs"; readonly folder: string }
  | { readonly language: "ruby"; readonly gem: string };

/** How the programs of each language are started; the same as in the original Gaia, so that its programs run. */
export function startCommand(program: BuiltProgram): StartCommand {
  switch (program.language) {
    case "golang":
    case "cpp":
      return { file: program.executable, args: [], folder: null };
    case "java":
      return { file: "java", args: ["-jar", program.executable], folder: null };
    case "python":
      return {
        file: "/bin/sh",
        args: ["-c", '. bin/activate; exec python -c "import pipeline; pipeline.main()"'],
        folder: program.folder,
      };
    case "ruby":
      return { file: "ruby", args: ["-r", program.gem, "-e", "Main.main"], folder: null };
    case "nodejs":
      return { file: "node", args: ["index.js"], folder: program.folder };
  }
}

/** How many jobs of one process may be called at once; null: as many as there are. */
export interface ParallelCalls {
  readonly most: number | null;
  readonly reason: string;
}

const A_THREAD_EACH = "each call has a thread of its own";

/** Measured with 48 calls at once, and by the defaults of the SDKs' servers. */
export const PARALLEL_CALLS: Readonly<Record<ProgramLanguage, ParallelCalls>> = {
  golang: { most: null, reason: "each call has a goroutine of its own" },
  cpp: { most: null, reason: A_THREAD_EACH },
  java: { most: null, reason: A_THREAD_EACH },
  python: { most: 20, reason: "the SDK's server has 20 threads; more calls wait in it" },
  ruby: { most: 20, reason: "a server has 30 threads and refuses more calls; 20 leaves room" },
  nodejs: { most: 1, reason: "jobs are synchronous: one holds up all others" },
};
