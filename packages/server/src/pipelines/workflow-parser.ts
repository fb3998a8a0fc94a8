import { Worker } from "node:worker_threads";
import type { Problem } from "@gaia/contracts";
import { type ParseOptions, parseWorkflowInline } from "./parse-workflow.ts";
import type { ParsedWorkflow } from "./workflow.ts";

export interface WorkflowParserOptions {
  /** The module that a thread runs: `parser-thread.ts` here, a bundle's own file elsewhere. */
  readonly threadEntry?: URL | undefined;
  /** Shorter texts are parsed at once. */
  readonly inlineCharacters?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly memoryMegabytes?: number | undefined;
  /** Threads at once; further texts wait their turn. */
  readonly threads?: number | undefined;
}

/** What the thread is given, and what it answers. */
export interface ParseRequest {
  readonly text: string;
  readonly options: ParseOptions;
}

/** 64 kB take 0.1 s; a thread takes 0.3 to 0.4 s to start from source (two cores, other work beside). */
const INLINE_CHARACTERS = 65_536;
/** The largest file takes 1.5 s of a core; a busy machine may have little of one. */
const TIMEOUT_MS = 30_000;
const MEMORY_MEGABYTES = 512;
const THREADS = 2;

/** Parses workflow files so that neither their length nor their malice stops the rest of the program. */
export class WorkflowParser {
  readonly #options: Required<{ [K in keyof WorkflowParserOptions]: NonNullable<WorkflowParserOptions[K]> }>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: WorkflowParserOptions = {}) {
    this.#options = {
      threadEntry: options.threadEntry ?? new URL("parser-thread.ts", import.meta.url),
      inlineCharacters: options.inlineCharacters ?? INLINE_CHARACTERS,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      memoryMegabytes: options.memoryMegabytes ?? MEMORY_MEGABYTES,
      threads: options.threads ?? THREADS,
    };
  }

  /** The same answer as `parseWorkflowInline`; a text that takes too much time or memory is invalid. */
  async parse(text: string, options: ParseOptions): Promise<ParsedWorkflow> {
    if (text.length <= this.#options.inlineCharacters) return parseWorkflowInline(text, options);
    if (this.#running >= this.#options.threads)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await this.#inThread({ text, options });
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  #inThread(request: ParseRequest): Promise<ParsedWorkflow> {
    const { threadEntry, timeoutMs, memoryMegabytes } = this.#options;
    return new Promise((resolve, reject) => {
      const worker = new Worker(threadEntry, {
        workerData: request,
        resourceLimits: {
          maxOldGenerationSizeMb: memoryMegabytes,
          maxYoungGenerationSizeMb: 64,
          stackSizeMb: 4,
        },
        env: {},
        stdin: false,
      });
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        worker.removeAllListeners();
        // A thread that is being ended may still fail; nobody waits for that any more.
        worker.on("error", () => undefined);
        void worker.terminate();
        outcome();
      };
      const timer = setTimeout(() => {
        const message = `the file takes more than ${timeoutMs / 1_000} s to read; make it smaller, or simpler`;
        settle(() => resolve(refused(request, message)));
      }, timeoutMs);
      worker.once("message", (answer: ParsedWorkflow) => settle(() => resolve(answer)));
      worker.once("error", (reason) =>
        settle(() => answerFailure(reason, request, memoryMegabytes, { resolve, reject })),
      );
      worker.once("exit", (code) =>
        settle(() => reject(new Error(`the thread that reads workflow files ended with ${code}`))),
      );
    });
  }
}

function answerFailure(
  reason: unknown,
  request: ParseRequest,
  memoryMegabytes: number,
  promise: { readonly resolve: (answer: ParsedWorkflow) => void; readonly reject: (reason: unknown) => void },
): void {
  const isMemory = reason instanceof Error && "code" in reason && reason.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (!isMemory) return promise.reject(reason);
  promise.resolve(
    refused(
      request,
      `the file takes more than ${memoryMegabytes} MB of memory to read; make it smaller, or simpler`,
    ),
  );
}

function refused(request: ParseRequest, message: string): ParsedWorkflow {
  const problem: Problem = {
    severity: "error",
    message,
    file: request.options.file,
    line: 1,
    column: 1,
    length: 1,
    path: [],
  };
  return { kind: "invalid", problems: [problem] };
}

const DEFAULT_PARSER = new WorkflowParser();

/**
 * Reads and checks a workflow file: see `parseWorkflowInline`, whose answer it gives. Long texts are read in a thread
 * with limits of time and memory.
 */
export function parseWorkflow(text: string, options: ParseOptions): Promise<ParsedWorkflow> {
  return DEFAULT_PARSER.parse(text, options);
}
