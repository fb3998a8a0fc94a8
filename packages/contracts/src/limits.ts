/**
 * Every limit of Gaia, in one place. Each is refused with `too_large`, `queue_full` or `invalid_request`, and
 * the message names it.
 */
export const LIMITS = {
  /** A definition is parsed with positions: 1 MB costs 0.5 s and 280 MB. Larger graphs come from matrix and growth. */
  definitionBytes: 1_000_000,
  definitionTasks: 10_000,
  /** Anchors and aliases may not blow a document up. */
  yamlAliases: 100,
  yamlDepth: 50,
  /** A run of 100,000 jobs is the largest that is measured. */
  graphJobs: 100_000,
  dependenciesPerTask: 10_000,
  /** Request bodies other than definitions. */
  bodyBytes: 2_000_000,
  nameCharacters: 128,
  commandBytes: 100_000,
  /** Linux refuses a single environment string over 128 KiB. */
  environmentValueBytes: 120_000,
  environmentBytes: 1_000_000,
  inputBytes: 100_000,
  outputValueBytes: 100_000,
  outputsBytes: 1_000_000,
  outputsPerTask: 1_000,
  /** Lists and objects within each other, in an output of a program. */
  outputDepth: 100,
  summaryBytes: 1_000_000,
  growthBytes: 1_000_000,
  growthJobs: 10_000,
  messageCharacters: 2_000,
  /** JUnit XML among the artifacts of one attempt. */
  testReportFiles: 100,
  testReportBytes: 50_000_000,
  testCases: 5_000,
  logBytes: 1_073_741_824,
  logReadBytes: 4_194_304,
  logLineBytes: 65_536,
  /** A file that an attempt kept, sent by a worker that does not share the server's home. */
  artifactBytes: 4_294_967_296,
  /** One chunk of such a file. */
  fileChunkBytes: 1_048_576,
  /** What such a worker may have sent before it is acknowledged; past it its stream is closed. */
  unstoredBytes: 16_777_216,
  /** Shorter values would mask half of any text. */
  secretBytesMin: 5,
  /** Names in the secret store: the newest version of each stays in memory, encrypted. */
  secrets: 1_000,
  /** Linux refuses a single environment string over 128 KiB; in base64 this is 88 KB. */
  secretValueBytes: 65_536,
  /** Of one secret; an older one goes when a newer is set. */
  secretVersions: 10,
  /** Patterns of pipelines' names that may read one secret. */
  secretScopes: 50,
  secretDescriptionCharacters: 500,
  /** Master keys in `GAIA_VAULT_KEY`: the one that is used, and those that it takes over from. */
  vaultKeys: 10,
  pageItems: 500,
  liveRuns: 10_000,
  queuedJobs: 1_000_000,
  /** Inputs waiting for the engine; past it requests are answered `queue_full`. */
  engineInbox: 50_000,
  eventStreams: 500,
  eventStreamBacklog: 5_000,
  /** Of what a client sends over a WebSocket: streams take no messages, so this is for what comes by mistake. */
  streamMessageBytes: 4_096,
  workers: 1_000,
  slotsPerWorker: 1_024,
  retryAttempts: 100,
  timeoutMsMax: 30 * 24 * 3_600_000,
  childDepth: 10,
  /** Of one list under `cache`. */
  cachePaths: 100,
  /** One entry of the cache, as its files lie in the folder. 2 GiB take 10 s to save and 6 s to restore (two cores). */
  cacheEntryBytes: 2_147_483_648,
  cacheEntryFiles: 200_000,
  /** Files whose content is a part of a key, all together. */
  cacheKeyBytes: 67_108_864,
  /** One restore or one save; past it the task goes on without. */
  cacheMs: 600_000,
  programJobs: 10_000,
  /** From the start of a pipeline program to its handshake line, and from the call to the last of its jobs. */
  programStartMs: 60_000,
  programJobListMs: 60_000,
  programHandshakeLineBytes: 4_096,
  programTitleCharacters: 500,
  /** The servers of all published SDKs refuse more. */
  programRequestBytes: 4_194_304,
  /** One answer of a program, and all its jobs together. */
  programAnswerBytes: 16_777_216,
  /** What a job on one of Gaia's own SDKs is sent at its start: arguments, and outputs of its dependencies. */
  programCallBytes: 67_108_864,
  /** Requests of one job (start a pipeline, await its run) that wait for their answer. */
  programRequests: 1_000,
  /** Of the message that a job ends with; what is past it is cut. */
  programMessageBytes: 65_536,
  /** What is kept of a program's stderr for the error of a failed start. */
  programErrorTailBytes: 16_384,
  /** What is kept for the next job of what a program prints to stderr while none runs; older is left out of its log. */
  programIdleLogBytes: 262_144,
  /** Processes of programs that a worker starts ahead, of all pipelines together: each costs 15 to 150 MiB. */
  programStandbys: 4,
  /** One that no run wanted for so long is ended. */
  programStandbyMs: 600_000,
  /** Versions of a program whose builds are kept, beside those that are chosen or run. */
  keptVersions: 10,
  /** How often a source is looked at for new commits; sooner is a webhook's affair. */
  pollMsMin: 10_000,
  pollMsMax: 7 * 24 * 3_600_000,
  /** Branches and tags of a repository that is looked at: all are kept beside its trigger, and written when one moves. */
  polledRefs: 5_000,
  /** Sources of a pipeline, without what earlier builds left in them. */
  buildSourceFiles: 100_000,
  buildSourceBytes: 1_073_741_824,
  /** One command of a build. The published SDK for Node takes three minutes on two slow cores. */
  buildStepMs: 1_800_000,
  buildStepMsMax: 86_400_000,
  /** Asking a compiler for its version; one that manages versions fetches the right one first. */
  buildQuestionMs: 300_000,
  /** What all commands of a build print together. */
  buildOutputBytes: 67_108_864,
  /** Dependencies that are kept for the next builds; removed by what was not used for longest. */
  buildCacheBytes: 10_737_418_240,
  gaiaFileBytes: 100_000,
  triggersPerPipeline: 50,
  /** For so long a webhook's delivery is known again. What was signed with its time is refused long before. */
  deliveryMemoryMs: 30 * 24 * 3_600_000,
  /** How far the time of a signed delivery may be from the server's: what Standard Webhooks says. */
  deliveryAgeMs: 300_000,
  /** Id that a sender gives to a delivery. */
  deliveryIdCharacters: 200,
  /** Of what a forge is told beside a state: what GitHub takes. */
  statusDescriptionCharacters: 140,
  /** Name of a commit status; GitLab takes no more. */
  statusContextCharacters: 255,
  /** One request to a forge. */
  statusRequestMs: 15_000,
  /** What is read of a forge's answer. */
  statusAnswerBytes: 16_384,
  /** Forges that do not take a status are told of it for so long. */
  statusRetryMs: 24 * 3_600_000,
  missedRuns: 100,
  /** Runs that started each other by triggers, one behind the other; more look like a circle. */
  triggerDepth: 10,
} as const;
