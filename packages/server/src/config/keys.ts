import { formatDuration, parseDuration } from "@gaia/core";
import { availableParallelism } from "node:os";
import { z } from "zod";

/** One key of `config.toml`: everything that the documentation, the parser and the environment need to know. */
export interface ConfigKey<T> {
  readonly section: string;
  readonly name: string;
  /** The variable that wins over the file. */
  readonly env: string;
  readonly schema: z.ZodType<T>;
  /** What is allowed, in words. */
  readonly limit: string;
  readonly fallback: T;
  readonly unit: string;
  readonly meaning: string;
}

/** A kind of value: how it is read, and what is allowed. */
interface Kind<T> {
  readonly schema: z.ZodType<T>;
  readonly limit: string;
}

const DAY_MS = 86_400_000;
const GIB = 1_073_741_824;

const anyText = z.string().max(4_096);
const text: Kind<string> = { schema: anyText, limit: "4,096 characters" };
const texts: Kind<readonly string[]> = {
  schema: z.array(anyText).max(1_000),
  limit: "1,000 of 4,096 characters",
};
const flag: Kind<boolean> = { schema: z.boolean(), limit: "`true`, `false`" };
const port: Kind<number> = { schema: z.number().int().min(0).max(65_535), limit: "0 to 65,535" };
const label: Kind<string> = {
  schema: anyText.regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  limit: "63 of `a-z`, `0-9`, `-`",
};

const webAddress: Kind<string> = {
  schema: anyText
    .refine((value) => value === "" || isWebAddress(value), {
      error: "must be an address such as https://gaia.example.org, without credentials, `?` and `#`",
    })
    .transform((value) => value.replace(/\/+$/, "")),
  limit: "`https://…` or `http://…`",
};

function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  if (url === null) return false;
  const { protocol, username, password, search, hash } = url;
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === "");
}

function count(max: number): Kind<number> {
  return { schema: z.number().int().min(0).max(max), limit: `0 to ${max.toLocaleString("en-US")}` };
}

function oneOf<const W extends string>(words: readonly W[]): Kind<W> {
  return { schema: z.enum(words), limit: words.map((word) => `\`${word}\``).join(", ") };
}

function duration(maxMs: number): Kind<number> {
  const limit = `up to ${formatDuration(maxMs)}`;
  const schema = z.string().transform((value, context) => {
    const parsed = parseDuration(value);
    if (parsed.kind === "ok" && parsed.ms <= maxMs) return parsed.ms;
    context.addIssue({ code: "custom", message: parsed.kind === "ok" ? `must be ${limit}` : parsed.message });
    return z.NEVER;
  });
  return { schema, limit };
}

/** Every key there is. `docs/configuration.md` is kept equal to this table by a test. */
export const KEYS = {
  listen: key(
    "server",
    "listen",
    "GAIA_LISTEN",
    text,
    "127.0.0.1",
    "address",
    "Where the API listens over TCP; empty: only on the socket.",
  ),
  port: key("server", "port", "GAIA_PORT", port, 4242, "port", "0 takes any free port."),
  hosts: key(
    "server",
    "hosts",
    "GAIA_HOSTS",
    texts,
    [],
    "names",
    "Further host names under which the API may be reached.",
  ),
  publicUrl: key(
    "server",
    "public_url",
    "GAIA_PUBLIC_URL",
    webAddress,
    "",
    "address",
    "Where people reach the dashboard, such as `https://gaia.example.org`: forges show it beside a commit. Empty: not told.",
  ),
  trustedProxies: key(
    "server",
    "trusted_proxies",
    "GAIA_TRUSTED_PROXIES",
    texts,
    [],
    "addresses",
    "Reverse proxies, such as `10.0.0.1` or `10.0.0.0/8`, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
  ),
  namespace: key(
    "server",
    "namespace",
    "GAIA_NAMESPACE",
    label,
    "default",
    "name",
    "Namespace of what is created.",
  ),
  localWorker: key(
    "worker",
    "enabled",
    "GAIA_WORKER",
    flag,
    true,
    "yes or no",
    "Start a worker on this machine.",
  ),
  slots: key(
    "worker",
    "slots",
    "GAIA_SLOTS",
    count(1_024),
    availableParallelism() + 2,
    "attempts",
    "How many processes the local worker runs at once; by default two more than processors.",
  ),
  tags: key(
    "worker",
    "tags",
    "GAIA_TAGS",
    texts,
    [],
    "names",
    "Tags of the local worker, beside its system and architecture.",
  ),
  logLevel: key(
    "log",
    "level",
    "GAIA_LOG_LEVEL",
    oneOf(["debug", "info", "warn", "error"]),
    "info",
    "level",
    "What the server writes into its logs.",
  ),
  logMaxBytes: key(
    "log",
    "max_bytes",
    "GAIA_LOG_MAX_BYTES",
    count(100 * GIB),
    50_000_000,
    "bytes",
    "Each of the server's logs is rotated at this size; four old ones are kept.",
  ),
  runsMaxAgeMs: key(
    "retention",
    "max_age",
    "GAIA_RETENTION_MAX_AGE",
    duration(3_650 * DAY_MS),
    90 * DAY_MS,
    "duration",
    "Ended runs older than this are removed.",
  ),
  runsMaxCount: key(
    "retention",
    "max_runs",
    "GAIA_RETENTION_MAX_RUNS",
    count(10_000_000),
    200_000,
    "runs",
    "Ended runs past this number are removed, oldest first.",
  ),
  runsMaxBytes: key(
    "retention",
    "max_bytes",
    "GAIA_RETENTION_MAX_BYTES",
    count(100_000 * GIB),
    20 * GIB,
    "bytes",
    "Ended runs are removed, oldest first, while database and files of runs take more than this.",
  ),
  keepPerPipeline: key(
    "retention",
    "keep_per_pipeline",
    "GAIA_RETENTION_KEEP",
    count(10_000),
    10,
    "runs",
    "So many ended runs of each pipeline stay, whatever the other limits say.",
  ),
  cacheMaxBytes: key(
    "cache",
    "max_bytes",
    "GAIA_CACHE_MAX_BYTES",
    count(100_000 * GIB),
    10 * GIB,
    "bytes",
    "What the local worker keeps for tasks with a `cache`; what was used least recently goes first. 0: nothing is kept.",
  ),
  cacheMaxAgeMs: key(
    "cache",
    "max_age",
    "GAIA_CACHE_MAX_AGE",
    duration(3_650 * DAY_MS),
    14 * DAY_MS,
    "duration",
    "What no task has used for so long goes from the cache.",
  ),
  executionCopies: key(
    "workflows",
    "execution_copies",
    "GAIA_EXECUTION_COPIES",
    count(1_000_000),
    10_000,
    "runs",
    "So many of the newest ended runs have a readable copy in workflows/executions; 0: none.",
  ),
  secretsAllow: key(
    "secrets",
    "allow",
    "GAIA_SECRETS_ALLOW",
    texts,
    [],
    "names",
    "Variables of the server's environment that tasks may name as secrets.",
  ),
} as const;

export type Config = { readonly [K in keyof typeof KEYS]: (typeof KEYS)[K]["fallback"] };

function key<T>(
  section: string,
  name: string,
  env: string,
  kind: Kind<T>,
  fallback: NoInfer<T>,
  unit: string,
  meaning: string,
): ConfigKey<T> {
  return { section, name, env, ...kind, fallback, unit, meaning };
}

/** A default as one writes it into the file. */
export function defaultText({ unit, fallback }: ConfigKey<unknown>): string {
  return unit === "duration" && typeof fallback === "number"
    ? `"${formatDuration(fallback)}"`
    : JSON.stringify(fallback);
}

/** Sections of capabilities that are not there: who takes them from a description of Gaia is told so, and why. */
export const COMING: Readonly<Record<string, string>> = {
  sessions: "tmux sessions",
  templates: "project templates",
  scaffold: "project templates",
  services: "supervised services",
  agents: "AI agents",
};
