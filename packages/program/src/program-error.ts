/**
 * Everything that can be wrong with a pipeline program before a job runs, each with what to do about it. The set is
 * closed; the sentence of an error says what was seen.
 */
export const PROGRAM_ERRORS = {
  start_refused: "Check that the file exists, may be executed, and was built for this machine.",
  exited_early:
    "Its stderr says why. A program serves until it is stopped: its main function has to call the SDK's `serve`.",
  start_timeout: "Let it reach the SDK's `serve` first, and do slow work in jobs.",
  noise_before_handshake:
    "Print nothing to stdout before the SDK's `serve`; write to stderr, which is the log.",
  binary_output: "Print nothing to stdout before the SDK's `serve`; write to stderr, which is the log.",
  line_too_long: "Print nothing to stdout before the SDK's `serve`; write to stderr, which is the log.",
  wrong_core_version: "Build it with an SDK for core protocol 1.",
  wrong_app_version: "Build it with an SDK for protocol 2, such as any published for Gaia.",
  wrong_protocol: "Build it with an SDK that serves gRPC.",
  bad_address: "Let it listen on 127.0.0.1 or localhost, or on a unix socket.",
  not_connected:
    "Let it serve mutual TLS with the files that GAIA_PLUGIN_CERT, GAIA_PLUGIN_KEY and GAIA_PLUGIN_CA_CERT name.",
  job_list_failed: "Its stderr says why. Run `gaia sdk verify -- COMMAND` to see the program by itself.",
  job_list_timeout: "Nothing slow may run while the program lists its jobs.",
  job_list_too_large: "Shorten the descriptions, or split the pipeline.",
  no_jobs: "Add at least one job to the list that is given to `serve`.",
  too_many_jobs: "Split the pipeline into several.",
  bad_title: "Give each job a title of one line.",
  duplicate_title: "Give each job a title of its own.",
  duplicate_id: "Rename one of the jobs: an id is a hash of the title.",
  unknown_dependency: "Name only jobs that are in the list.",
  self_dependency: "Take the job out of its own dependencies.",
  on_demand_dependency: "Depend on the job that adds it, or declare it as an ordinary job.",
  bad_policy: "Lower it.",
  cycle: "Take one of these dependencies out.",
  request_too_large: "Pass large values as files or by their address, not as arguments.",
} as const satisfies Record<string, string>;

export type ProgramErrorCode = keyof typeof PROGRAM_ERRORS;

/** What is wrong with a program: a sentence, and the remedy that belongs to the code. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly code: ProgramErrorCode;
  /** For people: what the program wrote to stderr last, a few lines. */
  readonly stderrTail: string;

  constructor(code: ProgramErrorCode, sentence: string, stderrTail = "", options?: { cause?: unknown }) {
    super(sentence, options);
    this.code = code;
    this.stderrTail = stderrTail;
  }

  get remedy(): string {
    return PROGRAM_ERRORS[this.code];
  }
}
